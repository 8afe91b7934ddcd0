from typing import Any
from uuid import UUID

from shared.events import intake, integration, sessions

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")


def test_staff_are_told_once_of_a_screening_flagged_or_not(notify: Any, post_office: Any) -> None:
    notify.hear(intake.ScreeningSubmitted)
    notify.hear(intake.ScreeningFlagged)
    notify.work()

    [mail] = post_office.mails
    assert post_office.recipients == ["desk@maple.example"]
    assert mail["Subject"] == "A screening waits for a clinician"
    screening = intake.ScreeningSubmitted.sample().screening
    assert f"http://afterglow.example/intake/screenings/{screening}/review" in mail.get_content().split()
    assert str(ROSA) not in mail.as_string()


def test_a_red_flag_reaches_the_staff_at_any_hour_without_a_name(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.at(2026, 11, 3, 8, 10)  # 03:10 at Maple.

    notify.hear(integration.RedFlagRaised)
    notify.work()

    [mail] = post_office.mails
    assert post_office.recipients == ["desk@maple.example"]
    assert mail["Subject"] == "Somebody asks for help: please look now"
    text = mail.get_content()
    assert f"http://afterglow.example/integration/people/{ROSA}/red-flags" in text.split()
    assert str(ROSA) not in mail["Subject"] + text.replace(f"/integration/people/{ROSA}/red-flags", "")
    assert "Rosa" not in mail.as_string()


def test_somebody_who_reaches_out_in_a_crisis_reaches_the_staff_at_once(notify: Any, post_office: Any) -> None:
    notify.hear(intake.InquiryReceived)
    notify.hear(intake.InquiryReceived, in_crisis=False)
    notify.hear(intake.InquiryReceived, in_crisis=True)
    notify.work()

    [mail] = post_office.mails
    assert mail["Subject"] == "Somebody who reached out needs a call now"
    assert "http://afterglow.example/intake/inquiries/waiting" in mail.get_content().split()
    assert "Rosa" not in mail.as_string()


def test_a_missing_escort_leads_to_the_visits_own_page(notify: Any, post_office: Any) -> None:
    notify.hear(sessions.EscortDeclined)
    notify.work()

    [mail] = post_office.mails
    visit = sessions.EscortDeclined.sample().visit
    assert f"http://afterglow.example/sessions/visits/{visit}/page" in mail.get_content().split()


def test_the_clinic_learns_at_any_hour_that_a_record_was_opened_and_not_by_the_mail_whose(
    notify: Any, post_office: Any
) -> None:
    notify.registered()
    notify.at(2026, 11, 3, 8, 10)  # 03:10 at Maple.

    notify.hear(intake.GlassBroken)
    notify.work()

    [mail] = post_office.mails
    assert post_office.recipients == ["desk@maple.example"]
    assert mail["Subject"] == "A record was opened by somebody who does not look after the client"
    assert f"/intake/clients/{ROSA}/care/openings" in mail.get_content()
    assert "Rosa" not in mail.as_string()
    assert str(ROSA) not in mail["Subject"]


def test_mails_to_the_staff_are_no_part_of_a_clients_ledger_nor_of_what_is_told(notify: Any) -> None:
    notify.registered()
    notify.hear(integration.RedFlagRaised)
    notify.work()

    assert set(notify.ledger()) == {"welcome"}
    assert notify.bench.published() == []


def test_a_call_for_help_is_tried_until_the_mail_server_takes_it(notify: Any, post_office: Any) -> None:
    post_office.answer = "421 4.3.2 Not now"
    notify.hear(integration.RedFlagRaised)
    notify.work()
    post_office.answer = "250 2.0.0 Kept"
    notify.wait(seconds=1)

    assert len(post_office.mails) == 1


def test_the_staff_are_told_of_rules_that_wait_and_of_what_was_decided_on_them(notify: Any, post_office: Any) -> None:
    for event in (intake.ClinicRulesProposed, intake.ClinicRulesApproved, intake.ClinicRulesRejected):
        notify.hear(event)
        notify.work()

    assert post_office.recipients == ["desk@maple.example"] * 3
    assert [mail["Subject"] for mail in post_office.mails] == [
        "Clinical rules wait for the medical director",
        "The medical director has decided on clinical rules",
        "The medical director has decided on clinical rules",
    ]
    proposal = intake.ClinicRulesProposed.sample().proposal
    address = f"http://afterglow.example/intake/clinics/maple/settings/changes/{proposal}"
    assert all(address in mail.get_content() for mail in post_office.mails)
