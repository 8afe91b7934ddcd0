"""Pages of a clinic's settings, as people of the clinic meet them."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.testing.visitor import Visitor, visitor

from .house import House, days
from .people import accepted

SETTINGS = "/clinics/birch/settings"


@pytest.fixture
def admin(birch: House) -> Visitor:
    return visitor(birch.bench, "clinic_admin", clinic="birch", name="Theo Marchetti")


@pytest.fixture
def director(birch: House) -> Visitor:
    return visitor(birch.bench, "medical_director", clinic="birch", name="Dr. Ines Okafor")


class _Form(HTMLParser):
    """What a browser would send of the page's main form, if nothing in it were touched."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._name: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "input" and "name" in found:
            self.fields[found["name"]] = found.get("value", "")
        elif tag in ("select", "textarea"):
            self._name = found["name"]
            self.fields[self._name] = ""
        elif tag == "option" and self._name and "selected" in found:
            self.fields[self._name] = found["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._name = None

    def handle_data(self, data: str) -> None:
        if self._name is not None and str(self.get_starttag_text()).startswith("<textarea"):
            # A newline right after the tag is the page's, not the text's.
            self.fields[self._name] += data.removeprefix("\n")


def form_of(page: TestResponse) -> dict[str, str]:
    parser = _Form()
    parser.feed(page.get_data(as_text=True).partition("<main")[2])
    del parser.fields["csrf"]
    return parser.fields


def text_of(page: TestResponse) -> str:
    assert page.content_type == "text/html; charset=utf-8"
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))
    return re.sub(r" ([,.:])", r"\1", words)


def arrived(answer: TestResponse, path: str) -> None:
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"/intake{path}"), text_of(answer)


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


def test_the_form_of_rules_as_it_comes_proposes_nothing(birch: House, director: Visitor) -> None:
    said = form_of(director.get(f"{SETTINGS}/rules"))

    page = director.post(f"{SETTINGS}/rules", **said | {"note": "Only looking."})

    assert (page.status_code, "These rules are in force already" in text_of(page)) == (422, True)
    assert birch.state()["changes"] == []


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


def test_rules_go_from_a_proposal_to_a_directors_name(birch: House, admin: Visitor, director: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/rules"))
    touched = {"clearance_days.value": "60", "clearance_days.source": "Our audit.", "clearance_days.basis": "clinic"}
    touched |= {"check_ins.hours_after": "24, 72", "dose_guards.1.hard_high": "2.5", "note": "Safer."}

    answer = admin.post(f"{SETTINGS}/rules", **said | touched)

    change = birch.state()["changes"][0]["id"]
    arrived(answer, f"{SETTINGS}/changes/{change}")
    mine = text_of(admin.get(f"{SETTINGS}/changes/{change}"))
    assert "another person has to look at it" in mine
    assert "Take it back" in mine
    seen = text_of(director.get(f"{SETTINGS}/changes/{change}"))
    assert "Said by Theo Marchetti on 2 Nov 2026, 10:00: “Safer.”" in seen
    assert "Clearance days › Value 90 60" in seen
    assert "Dose guards › IM › Refused above (mg/kg) 3.0 2.5" in seen
    assert "Check-ins › Hours after 24, 72, 168, 336, 720, 2160 24, 72" in seen
    page = director.post(f"{SETTINGS}/changes/{change}/approval", printed_name="  ")
    assert (page.status_code, "Please fill this in." in text_of(page)) == (422, True)
    approval = director.post(f"{SETTINGS}/changes/{change}/approval", printed_name="Dr. Ines Okafor")
    arrived(approval, f"{SETTINGS}/changes/{change}")
    rules = birch.in_force().rules
    assert (rules.version, rules.clearance_days.value, rules.approver) == (2, 60, "medical_director-at-birch")
    assert (
        "Clinical rules 2, approved by Dr. Ines Okafor (signed in as medical_director-at-birch), in force"
        in text_of(admin.get(SETTINGS))
    )


def test_who_proposed_has_no_button_to_approve_and_pressing_it_anyway_is_refused(
    birch: House, director: Visitor
) -> None:
    proposal = birch.proposed(caller=birch.director, clearance_days=days(60))
    path = f"{SETTINGS}/changes/{proposal}"

    assert "Approve these rules" not in text_of(director.get(path))
    page = director.post(f"{path}/approval", printed_name="Dr. Ines Okafor")
    assert (page.status_code, "You proposed this rule set yourself" in text_of(page)) == (403, True)
    assert birch.status(proposal) == "proposed"


def test_a_director_rejects_with_a_reason(birch: House, director: Visitor) -> None:
    proposal = birch.proposed(clearance_days=days(300))
    path = f"{SETTINGS}/changes/{proposal}"

    assert director.post(f"{path}/rejection", reason="").status_code == 422
    arrived(director.post(f"{path}/rejection", reason="Too long."), path)

    assert "Rejected by Dr. Ines Okafor on 2 Nov 2026, 10:00: “Too long.”" in text_of(director.get(path))


def test_who_proposed_takes_it_back(birch: House, admin: Visitor) -> None:
    proposal = birch.proposed(clearance_days=days(60))

    answer = admin.post(f"{SETTINGS}/proposals/{proposal}/withdrawal")

    arrived(answer, f"{SETTINGS}/changes/{proposal}")
    assert birch.status(proposal) == "withdrawn"


def test_rules_that_make_no_sense_come_back_with_what_to_mend(birch: House, admin: Visitor) -> None:
    said = form_of(admin.get(f"{SETTINGS}/rules"))
    touched = {"dose_guards.1.soft_low": "9", "fasting.fast_clear_h": "12", "vitals.0.at_minutes": "5, 0", "note": "x"}

    page = admin.post(f"{SETTINGS}/rules", **said | touched)

    html = page.get_data(as_text=True)
    assert page.status_code == 422
    for path in touched:
        assert path == "note" or f'id="{path}-error"' in html
    assert birch.state()["changes"] == []


def test_whoever_began_from_older_rules_is_told_so_before_they_undo_what_was_approved(
    birch: House, admin: Visitor
) -> None:
    said = form_of(admin.get(f"{SETTINGS}/rules"))
    accepted(birch.approve(birch.proposed(clearance_days=days(60))))

    page = admin.post(f"{SETTINGS}/rules", **said | {"discharge_score.value": "10", "note": "x"})

    assert (page.status_code, "Other rules are in force by now" in text_of(page)) == (422, True)
    assert birch.in_force().rules.clearance_days.value == 60


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


def test_the_rules_of_a_day_that_comes_are_announced(birch: House, director: Visitor) -> None:
    proposal = birch.proposed(clearance_days=days(60), day=date(2026, 12, 1))
    director.post(f"{SETTINGS}/changes/{proposal}/approval", printed_name="Dr. Ines Okafor")

    assert "Clinical rules: For safety. Decided, waits for its day from 1 Dec 2026" in text_of(director.get(SETTINGS))


# Who is called for help.

TWICE = "all reach the same mailbox, desk@birch.example"


def steps(*contacts: str | None) -> list[dict[str, Any]]:
    """A list of nurses, each reached at one of these."""
    return [{"role": "nurse", "minutes": 5, "contact": contact} for contact in contacts]


@pytest.mark.parametrize(
    ("contacts", "said"),
    [
        ([], "Nobody is named to be on call"),
        ([None, None], f"Steps 1, 2 {TWICE}"),
        (["one@birch.example", None, None], f"Steps 2, 3 {TWICE}"),
        (["desk@birch.example", "one@birch.example", None], f"Steps 1, 3 {TWICE}"),
        (["one@birch.example"] * 2, "Steps 1, 2 all reach the same mailbox, one@birch.example"),
        ([None], None),
        (["one@birch.example", "two@birch.example", None], None),
    ],
)
def test_the_settings_say_where_several_on_call_are_reached_at_one_mailbox(
    birch: House, admin: Visitor, contacts: list[str | None], said: str | None
) -> None:
    accepted(birch.change(staff_mailbox="desk@birch.example", on_call=steps(*contacts)), 200)

    for page in (SETTINGS, f"{SETTINGS}/facts"):
        text = text_of(admin.get(page))
        assert ("A call for help may reach nobody" in text) is (said is not None)
        assert said is None or said in text


def test_an_admin_gives_a_step_its_contact_in_the_form(birch: House, admin: Visitor) -> None:
    accepted(birch.change(on_call=steps(None, None)), 200)
    said = form_of(admin.get(f"{SETTINGS}/facts"))
    assert said["on_call.0.contact"] == ""

    wrong = said | {"on_call.0.contact": "duty phone", "note": "A phone."}
    assert "This does not look like an e-mail address." in text_of(admin.post(f"{SETTINGS}/facts", **wrong))
    right = said | {"on_call.0.contact": "duty@birch.example", "note": "A phone."}
    arrived(admin.post(f"{SETTINGS}/facts", **right), SETTINGS)

    assert [step.contact for step in birch.in_force().on_call] == ["duty@birch.example", None]
    assert "duty@birch.example" in text_of(admin.get(SETTINGS))


def test_no_clinic_admin_can_be_chosen_to_be_on_call(birch: House, admin: Visitor) -> None:
    accepted(birch.change(on_call=steps(None)), 200)
    page = admin.get(f"{SETTINGS}/facts").get_data(as_text=True)
    assert 'value="medical_director"' in page
    assert 'value="clinic_admin"' not in page
    said = form_of(admin.get(f"{SETTINGS}/facts"))

    typed = admin.post(f"{SETTINGS}/facts", **said | {"on_call.0.role": "clinic_admin", "note": "Theo answers."})

    assert typed.status_code == 422
    assert "Only clinicians are on call: a clinic admin may not see whom a call is about." in text_of(typed)
