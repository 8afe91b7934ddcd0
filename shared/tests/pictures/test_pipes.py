"""The system map."""

from hypothesis import given
from hypothesis import strategies as st
from pictures.given import hrefs, texts, widths
from pictures.looking import hint, of_kind, outside, places, tree
from pictures.looking import texts as written
from pictures.samples import PIPES, ROOMS, English, system

from shared.pictures import Pipe, Room, pipes


def test_every_room_and_pipe_is_drawn_and_listed() -> None:
    picture = system(English(), 720)

    assert [row[0] for row in picture.rows] == [
        *(room.name for room in ROOMS),
        *(f"{pipe.source} → {pipe.target}" for pipe in PIPES),
    ]
    assert len([pipe for pipe in of_kind(picture, "p-pipe") if hint(pipe)]) == len(PIPES)


def test_a_pipe_is_the_wider_the_more_flows_through_it() -> None:
    widths_of = {}
    for pipe in of_kind(system(English(), 720), "p-pipe", "p-target"):
        points = [(x, y) for _, x, y in places(pipe)]
        outer, inner = points[0], points[-1]
        widths_of[hint(pipe).split(":")[0]] = ((outer[0] - inner[0]) ** 2 + (outer[1] - inner[1]) ** 2) ** 0.5

    assert widths_of["intake → sessions"] > widths_of["intake → notify"] > widths_of["notify → intake"]


def test_a_pipe_is_filled_as_far_as_events_wait_in_it() -> None:
    one_room = ROOMS[:2]

    def fill(backlog: int | None) -> float:
        picture = pipes("x", one_room, [Pipe("intake", "sessions", 1, backlog, full=100)], English(), title="Map")
        waiting = [mark for mark in of_kind(picture, "p-waiting") if mark.tag == "path"]
        heights = [y for mark in waiting for _, _, y in places(mark)]
        return max(heights) - min(heights) if heights else 0.0

    assert fill(None) == fill(0) == 0
    assert 0 < fill(20) < fill(60) < fill(100) == fill(9000)


def test_what_is_unknown_is_called_so_and_not_zero() -> None:
    rows = {row[0]: row[1:] for row in system(English(), 720).rows}

    assert rows["sessions → integration"] == ("not known", "not known", "")
    assert rows["integration"] == ("", "", "not known · 2 parked")
    assert rows["notify → intake"] == ("0", "5,000", "")


def test_parked_events_are_a_pile_with_a_count_that_leads_to_them() -> None:
    picture = system(English(), 340)

    piles = [link for link in tree(picture).iter("a") if link.get("href") == "/parked"]
    assert [link.get("aria-label") for link in piles] == ["sessions, parked events: 12"]
    assert {"12", "2"} <= set(written(picture))


def test_the_sum_says_what_waits_what_is_parked_and_who_is_not_well() -> None:
    said = system(English(), 720).description

    assert said == "Services: 4. Events waiting: 5,640; parked: 14. Not well: sessions."


keys = st.sampled_from("abcdefgh")
rates = st.none() | st.floats(0, 1e9)


@given(
    st.lists(
        st.builds(Room, keys, texts, st.none() | st.booleans(), texts, st.integers(0, 10**6), hrefs, hrefs),
        max_size=8,
        unique_by=lambda room: room.key,
    ),
    st.lists(
        st.builds(Pipe, keys, keys, st.none() | st.floats(0, 1e9), st.none() | st.integers(0, 10**9)), max_size=12
    ),
    widths,
)
def test_any_system_can_be_drawn_within_its_frame(rooms: list[Room], given_pipes: list[Pipe], width: int) -> None:
    picture = pipes("x", rooms, given_pipes, English(), title="Any", width=width)

    assert outside(picture) == []
    assert len(picture.rows) == len(rooms) + len(given_pipes)


def test_a_map_that_leads_nowhere_is_one_picture_to_whoever_hears_the_page() -> None:
    nowhere = pipes("x", [Room("intake", "Intake", True)], [], English(), title="Map")
    parked = pipes("x", [Room("intake", "Intake", True, parked=2, parked_href="/parked")], [], English(), title="Map")

    assert 'role="img"' in nowhere.svg
    assert 'role="img"' not in parked.svg
