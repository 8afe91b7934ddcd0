"""Pages on which a clinic's rules are proposed, approved and refused."""

from datetime import date

from shared.testing.visitor import Visitor

from .house import House, days
from .people import accepted
from .reading_settings import SETTINGS, arrived, form_of, text_of


def test_the_form_of_rules_as_it_comes_proposes_nothing(birch: House, director: Visitor) -> None:
    said = form_of(director.get(f"{SETTINGS}/rules"))

    page = director.post(f"{SETTINGS}/rules", **said | {"note": "Only looking."})

    assert (page.status_code, "These rules are in force already" in text_of(page)) == (422, True)
    assert birch.state()["changes"] == []


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


def test_the_rules_of_a_day_that_comes_are_announced(birch: House, director: Visitor) -> None:
    proposal = birch.proposed(clearance_days=days(60), day=date(2026, 12, 1))
    director.post(f"{SETTINGS}/changes/{proposal}/approval", printed_name="Dr. Ines Okafor")

    assert "Clinical rules: For safety. Decided, waits for its day from 1 Dec 2026" in text_of(director.get(SETTINGS))
