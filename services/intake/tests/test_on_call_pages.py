"""Who is called for help, as a clinic's settings have it."""

from typing import Any

import pytest

from shared.testing.visitor import Visitor

from .house import House
from .people import accepted
from .reading_settings import SETTINGS, arrived, form_of, text_of

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
