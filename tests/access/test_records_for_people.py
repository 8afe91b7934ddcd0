"""The page of a whole record: all that the export for machines has, in words that people understand."""

import re

from shared.web.policy import Role

from .attacker import REQUEST_ID
from .town import MAPLE, Town, Who

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-"
NAME_OF_A_COLUMN = r"\b[a-z]+_[a-z_]+\b(?!-at-)"  # People sign in by names like it.
MOMENT_OF_A_MACHINE = r"\d{4}-\d{2}-\d{2}T"


def page_of(town: Town, who: Who) -> str:
    path = f"/{town.service.name}/clients/{town.maple.known.id}/whole-record"
    answer = town.call("audit_pages.record_page", path, who, REQUEST_ID)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_it_has_every_row_of_the_export_and_nothing_that_only_machines_read(town: Town) -> None:
    known = town.maple.known
    themselves = Who.of(Role.CLIENT, MAPLE, known.id)
    export = town.call(
        "auditing.export_record", f"/{town.service.name}/clients/{known.id}/record", themselves, REQUEST_ID
    )

    page = page_of(town, themselves)

    parts = export.get_json()["parts"]
    assert page.count('<div class="row">') == sum(len(part["rows"]) for part in parts) > 0
    shown = re.sub(r"<code>[^<]*</code>|<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])
    for of_machines in (ID, NAME_OF_A_COLUMN, MOMENT_OF_A_MACHINE):
        assert re.findall(of_machines, shown) == []
    for part in parts:
        assert part["title"][1:] in page
        assert part["withheld"] is None or part["withheld"] in page.replace("&#39;", "'")


def test_it_says_which_part_it_is_and_leads_to_the_others(town: Town) -> None:
    page = page_of(town, Who.of(Role.CLINIC_ADMIN, MAPLE))

    others = {"intake", "sessions", "integration", "notify"} - {town.service.name}
    assert set(re.findall(rf'href="/(\w+)/clients/{town.maple.known.id}/whole-record"', page)) == others
    assert f"({town.service.name})" in page
    assert "by the clinic’s clock (America/New York)" in page
    assert "“you” is them" in page
