"""A client is erased on a page: one asks, another confirms."""

from shared.events.intake import ClientErased
from shared.testing.bench import Bench
from shared.testing.visitor import visitor

from .people import Somebody
from .reading_care import ASKED, audited, on_to, shown


def test_one_asks_another_confirms_and_the_page_says_where_it_stands(bench: Bench, rosa: Somebody) -> None:
    admin, director = visitor(bench, "clinic_admin"), visitor(bench, "medical_director")
    path = f"/clients/{rosa.id}/care/erasure"
    assert "Nobody has asked for this." in shown(admin.get(path))
    assert "Nobody can undo it." in shown(admin.get(path))
    assert "a client since 2 Nov 2026, 10:00" in shown(admin.get(path))
    assert "A clinic admin asks for it; you may confirm it then." in shown(director.get(path))
    printing = f'href="/intake/clients/{rosa.id}/whole-record"'
    assert printing in admin.get(path).get_data(as_text=True)
    assert printing not in director.get(path).get_data(as_text=True)

    on_to(admin.post(path, **ASKED), rosa, "/erasure")
    assert audited(bench) == ("clinic_admin-at-maple", "erasure.request", "done", [rosa.id])

    waiting = shown(admin.get(path))
    assert "You asked yourself." in waiting
    assert "Erase them for good" not in waiting
    to_confirm = shown(director.get(path))
    assert ASKED["reason"] in to_confirm
    assert "Erase them for good" in to_confirm

    on_to(director.post(f"{path}/confirmation", confirm="rosa"), rosa, "/erasure")

    (told,) = bench.published(ClientErased)
    assert told.subject == rosa.id
    assert "This client was erased On 2 Nov 2026, 10:00" in shown(director.get(path))
    assert "There is no such client here." in shown(director.get(f"/clients/{rosa.id}/care"), 404)


def test_nobody_erases_alone(bench: Bench, rosa: Somebody) -> None:
    admin, path = visitor(bench, "clinic_admin"), f"/clients/{rosa.id}/care/erasure"
    admin.post(path, **ASKED)

    assert "it takes two" in shown(admin.post(f"{path}/confirmation", confirm="Rosa"), 409)

    assert bench.published(ClientErased) == []
    assert "Who looks after Rosa" in shown(admin.get(f"/clients/{rosa.id}/care"))


def test_whoever_types_another_name_is_asked_to_look_again_and_loses_nothing(bench: Bench, rosa: Somebody) -> None:
    admin, path = visitor(bench, "clinic_admin"), f"/clients/{rosa.id}/care/erasure"

    page = shown(admin.post(path, **ASKED | {"confirm": "Nell"}), 422)

    assert "Type the name as it is shown" in page
    assert ASKED["reason"] in page
    assert "Nobody has asked for this." in shown(admin.get(path))
    admin.post(path, **ASKED)
    assert "Type the name as it is shown" in shown(
        visitor(bench, "medical_director").post(f"{path}/confirmation", confirm="Nell"), 422
    )
    assert bench.published(ClientErased) == []


def test_a_request_is_put_aside_by_whoever_asked_or_by_another(bench: Bench, rosa: Somebody) -> None:
    admin, path = visitor(bench, "clinic_admin"), f"/clients/{rosa.id}/care/erasure"
    for reader in (admin, visitor(bench, "medical_director")):
        admin.post(path, **ASKED)

        on_to(reader.post(f"{path}/withdrawal"), rosa, "/erasure")

        assert "Nobody has asked for this." in shown(reader.get(path))


def test_only_who_answers_for_the_clinic_sees_these_pages(bench: Bench, rosa: Somebody) -> None:
    path = f"/clients/{rosa.id}/care/erasure"
    for role in ("front_desk", "therapist", "prescriber", "nurse"):
        assert "None of your roles" in shown(visitor(bench, role).get(path), 403)
        assert "None of your roles" in shown(visitor(bench, role).post(path, **ASKED), 403)
    assert "None of your roles" in shown(visitor(bench, "medical_director").post(path, **ASKED), 403)
    assert "There is no such client" in shown(visitor(bench, "clinic_admin", clinic="cedar").get(path), 404)
