"""Pages of a clinic's settings, as people of the clinic meet them."""

import re
from typing import Any

import pytest

from shared.testing.visitor import Visitor, visitor

from .house import House, days
from .people import accepted
from .reading_settings import SETTINGS, arrived, form_of, text_of


def test_everybody_of_the_staff_reads_what_is_in_force_and_who_answers_for_it(birch: House) -> None:
    for role in ("front_desk", "therapist", "prescriber", "nurse", "clinic_admin", "medical_director"):
        page = visitor(birch.bench, role, clinic="birch").get(SETTINGS)
        text = text_of(page)
        assert "What is in force at Birch House" in text
        assert "Clinical rules 1, approved by Dr. Ines Okafor (sample person)" in text
        assert ("Change the clinic’s facts" in text) == (role == "clinic_admin")
        assert ("Propose other rules" in text) == (role in ("clinic_admin", "medical_director"))


def test_each_view_has_an_address_and_shows_one_part_of_the_settings(birch: House, admin: Visitor) -> None:
    parts = {"clinic": "Opening hours", "rules": "Clearance days", "versions": "It opens."}
    for view, words in parts.items():
        body = text_of(admin.get(f"{SETTINGS}?view={view}")).partition("What was in force")[2]
        assert words in body
        assert not [other for key, other in parts.items() if key != view and other in body]
    assert "Opening hours" in text_of(admin.get(f"{SETTINGS}?view=nothing"))


def test_times_on_the_page_are_the_clinics(birch: House, admin: Visitor) -> None:
    assert "since 2 Nov 2026, 10:00" in text_of(admin.get(SETTINGS))


def test_a_page_without_the_right_to_it_says_so(birch: House) -> None:
    nurse = visitor(birch.bench, "nurse", clinic="birch")

    for path in (f"{SETTINGS}/facts", f"{SETTINGS}/rules"):
        assert nurse.get(path).status_code == 403
        assert nurse.post(path).status_code == 403


@pytest.mark.parametrize("form", ["facts", "rules"])
def test_what_is_kept_of_a_form_on_the_device_says_from_which_version_it_began(
    birch: House, admin: Visitor, form: str
) -> None:
    page = admin.get(f"{SETTINGS}/{form}").get_data(as_text=True)

    assert re.findall(r'name="based_on"( data-keep)? value="(\d)"', page) == [
        (" data-keep", "4" if form == "facts" else "1")
    ]


def test_the_form_as_it_comes_changes_nothing(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))

    arrived(admin.post(f"{SETTINGS}/facts", **said | {"note": "Only looking."}), SETTINGS)

    assert birch.in_force().version == 4


def test_an_admin_changes_what_they_touch(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))
    touched = {"name": "Birch Hall", "quiet_hours.from_hour": "9", "network": "", "note": "We have grown."}

    arrived(admin.post(f"{SETTINGS}/facts", **said | touched), SETTINGS)

    known = birch.in_force()
    assert (known.version, known.name, known.quiet_hours.from_hour, known.network) == (5, "Birch Hall", 9, None)
    page = text_of(admin.get(SETTINGS))
    assert "Version 5, since 2 Nov 2026, 10:00 at the clinic, by Theo Marchetti: “We have grown.”" in page
    (change,) = accepted(birch.admin.get("/clinic/changes"), 200)["items"]
    assert "Network Afterglow Network not there" in text_of(admin.get(f"{SETTINGS}/changes/{change['id']}"))


def test_rows_are_added_emptied_and_changed(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))
    rooms = len(birch.in_force().resources)
    new = {"id": "room-loft", "kind": "room", "name": "Loft", "elsewhere": "no"}
    touched = {f"resources.{rooms}.{name}": value for name, value in new.items()}
    touched |= {f"resources.0.{name}": "" for name in new} | {"resources.1.name": "Stream room"}

    arrived(admin.post(f"{SETTINGS}/facts", **said | touched | {"note": "Rebuilt."}), SETTINGS)

    assert [resource.name for resource in birch.in_force().resources][:1] == ["Stream room"]
    assert [resource.id for resource in birch.in_force().resources][-1] == "room-loft"
    assert len(birch.in_force().resources) == rooms


def test_new_words_for_a_consent_are_added_and_the_old_ones_stay(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))
    assert "consent_texts.0.text" not in said
    place = len(birch.in_force().consent_texts)
    new = {"kind": "treatment", "version": "2026-11", "text": "Clearer words."}
    touched = {f"consent_texts.{place}.{name}": value for name, value in new.items()}

    arrived(admin.post(f"{SETTINGS}/facts", **said | touched | {"note": "Clearer."}), SETTINGS)

    assert len(birch.in_force().consent_texts) == place + 1
    assert birch.in_force().consent_texts[-1].text == "Clearer words."


def test_what_cannot_be_comes_back_as_it_was_typed_with_what_to_mend(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))
    touched = {"quiet_hours.from_hour": "noon", "sender_name": "The Hall", "time_zone": "<b>Mars</b>", "note": " "}

    page = admin.post(f"{SETTINGS}/facts", **said | touched)

    assert page.status_code == 422
    again = form_of(page)
    assert {name: again[name] for name in touched} == touched
    html = page.get_data(as_text=True)
    assert '<a href="#quiet_hours.from_hour">Quiet hours › From hour – Please give a whole number.' in html
    assert 'aria-describedby="time_zone-error"' in html
    assert "&lt;b&gt;Mars&lt;/b&gt;" in html
    assert birch.in_force().version == 4


def test_a_day_that_has_passed_and_a_day_that_is_none_come_back_too(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts")) | {"name": "Birch Hall", "note": "x"}

    for day, says in (("2026-11-01", "has passed at the clinic"), ("soon", "Please give a date.")):
        page = admin.post(f"{SETTINGS}/facts", **said | {"effective_from": day})
        assert (page.status_code, says in text_of(page)) == (422, True)
    assert birch.in_force().version == 4


def test_a_change_that_waits_is_on_the_page_and_can_be_taken_back(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))
    later = {"name": "Birch Hall", "effective_from": "2026-12-01", "note": "A new house."}
    arrived(admin.post(f"{SETTINGS}/facts", **said | later), SETTINGS)

    said_of_it = "The clinic’s facts: A new house. Decided, waits for its day from 1 Dec 2026, by Theo Marchetti"
    assert said_of_it in text_of(admin.get(SETTINGS))
    change = birch.state()["changes"][0]["id"]
    arrived(admin.post(f"{SETTINGS}/changes/{change}/withdrawal"), f"{SETTINGS}/changes/{change}")
    assert "Withdrawn" in text_of(admin.get(f"{SETTINGS}/changes/{change}"))
    assert birch.status(change) == "withdrawn"


def test_of_two_admins_the_second_is_shown_both_changes_and_loses_nothing(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))
    accepted(birch.change(sender_name="The Hall", crisis_line="Call 988."), 200)

    page = admin.post(f"{SETTINGS}/facts", **said | {"name": "Birch Hall", "crisis_line": "988", "note": "Mine."})

    assert page.status_code == 422
    assert "Somebody else changed the clinic meanwhile" in text_of(page)
    assert "You both changed: Crisis line; what is shown of these is yours." in text_of(page)
    again = form_of(page)
    assert (again["name"], again["sender_name"], again["crisis_line"]) == ("Birch Hall", "The Hall", "988")
    arrived(admin.post(f"{SETTINGS}/facts", **again), SETTINGS)
    known = birch.in_force()
    assert (known.version, known.name, known.sender_name) == (6, "Birch Hall", "The Hall")


def test_an_older_version_is_read_as_it_was(birch: House, admin: Visitor) -> None:
    accepted(birch.change(name="Birch Hall"), 200)

    older, newer = (text_of(admin.get(f"{SETTINGS}/versions/{number}")) for number in (4, 5))

    assert "Birch House, as it was in version 4" in older
    assert "Name Birch House Birch Hall" in newer
    assert admin.get(f"{SETTINGS}/versions/9").status_code == 404


def test_another_clinics_pages_are_out_of_reach(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60))
    elsewhere = visitor(birch.bench, "medical_director", clinic="cedar")

    assert elsewhere.get(SETTINGS).status_code == 403
    assert elsewhere.post(f"{SETTINGS}/changes/{proposal}/approval", printed_name="X").status_code == 403
    assert elsewhere.get(f"/clinics/cedar/settings/changes/{proposal}").status_code == 404
    answer = elsewhere.post(f"/clinics/cedar/settings/changes/{proposal}/approval", printed_name="X")
    assert answer.status_code == 404
    assert birch.status(proposal) == "proposed"


def test_a_form_of_another_sign_in_changes_nothing(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts")) | {"name": "Mine", "note": "x"}

    assert admin.post(f"{SETTINGS}/facts", **said | {"csrf": "of somebody else"}).status_code == 403
    assert birch.in_force().name == "Birch House"


@pytest.mark.parametrize(
    "rubbish",
    [
        {"based_on": ""},
        {"based_on": "9" * 30},
        {"based_on": "-4"},
        {"resources.x.id": "1", "resources.99999.id": "2"},
        {"opening_hours.0.weekday": "someday"},
        {"buffers.room_turnover": "", "buffers.therapist": "5"},
        {"name": "x" * 5000},
        {"quiet_hours.from_hour": "٣"},
    ],
)
def test_rubbish_in_the_form_breaks_nothing(birch: House, admin: Visitor, rubbish: dict[str, Any]) -> None:
    said = form_of(admin.get(f"{SETTINGS}/facts"))

    answer = admin.post(f"{SETTINGS}/facts", **said | {"note": "x"} | rubbish)

    assert answer.status_code in (303, 422)
    assert birch.in_force().version == 4


def test_the_public_page_of_the_clinic_is_as_it_was(birch: House) -> None:
    page = birch.bench.as_nobody().get("/clinics/birch")

    assert (page.status_code, "Write to us" in text_of(page)) == (200, True)
