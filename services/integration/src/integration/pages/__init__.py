"""Integration's pages: a client's own, and those of whoever looks after clients between their visits."""

from integration.pages.attachments import attachment_pages
from integration.pages.body import body_pages
from integration.pages.checkins import check_in_pages
from integration.pages.commitments import commitment_pages
from integration.pages.flags import flag_pages
from integration.pages.help import help_pages
from integration.pages.intentions import intention_pages
from integration.pages.keeping import journey_pages
from integration.pages.living import living_pages
from integration.pages.measures import measure_pages
from integration.pages.moments import moment_pages
from integration.pages.notes import note_pages
from integration.pages.outcomes import outcome_pages
from integration.pages.people import people_pages
from integration.pages.plans import plan_pages
from integration.pages.practices import practice_pages
from integration.pages.questions import question_pages
from integration.pages.texts import text_pages
from integration.pages.today import today_pages
from integration.pages.together import together_pages
from integration.pages.typing_in import typing_pages

PAGES = (
    today_pages,
    help_pages,
    body_pages,
    practice_pages,
    commitment_pages,
    check_in_pages,
    flag_pages,
    journey_pages,
    living_pages,
    intention_pages,
    moment_pages,
    attachment_pages,
    people_pages,
    outcome_pages,
    together_pages,
    plan_pages,
    note_pages,
    question_pages,
    measure_pages,
    typing_pages,
    text_pages,
)
