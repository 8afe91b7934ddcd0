"""Intake's table of contents. It hears nobody: its facts begin here."""

import intake
from intake.access.command_line import sign_in as sign_in_commands
from intake.access.ended import ended
from intake.access.link_pages import links
from intake.access.own_sign_ins import own_sign_ins
from intake.access.pages import home
from intake.access.pages import public as sign_in
from intake.access.preferences import preferences
from intake.access.settings import read_access_settings
from intake.api import DOORS
from intake.care_pages import care
from intake.clinics.command_line import own_commands as clinic_commands
from intake.clinics.pages import clinic_pages
from intake.command_line import persons
from intake.desk_pages import desk_pages
from intake.holdings import HOLDINGS
from intake.models import Screening
from intake.pages import pages
from intake.policy import POLICY
from intake.review_pages import review_pages
from intake.timers import timers
from shared.service import Service
from shared.web.face.parts_page import parts_page

service = Service(
    name="intake",
    package=intake,
    title="Afterglow intake",
    doors=DOORS,
    policy=POLICY,
    holdings=HOLDINGS,
    whose={"screening_id": Screening.client_id},
    timers=timers,
    pages=[
        pages,
        sign_in,
        ended,
        links,
        home,
        preferences,
        parts_page,
        own_sign_ins,
        care,
        clinic_pages,
        review_pages,
        desk_pages,
    ],
    read_settings=read_access_settings,
    commands=[clinic_commands, persons, sign_in_commands],
)
