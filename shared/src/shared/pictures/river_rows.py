"""What a river shows, in words: a sentence about all of it, and a row for each thing or pile."""

from collections.abc import Iterable

from shared.pictures.journey import Commitment, Intention, Journey, Mark, Passage
from shared.pictures.reading import Reader
from shared.pictures.river_banks import Spot, between, names_of_others
from shared.pictures.scales import TimeScale


def description(shown: Journey, reader: Reader) -> str:
    """From when to when it is, and how much of each there is in it."""
    days = (shown.start.astimezone(reader.zone).date(), shown.end.astimezone(reader.zone).date())
    said = [
        reader.say(
            "From {start} to {end}. Medicine sessions: {sessions}; intentions: {intentions}; moments: {moments}; "
            "commitments: {commitments}.",
            start=reader.day(days[0]),
            end=reader.day(days[1]),
            sessions=reader.number(len(shown.sessions)),
            intentions=reader.number(len(shown.intentions)),
            moments=reader.number(len(shown.moments)),
            commitments=reader.number(len(shown.commitments)),
        )
    ]
    for sort, name in names_of_others(reader).items():
        count = len(shown.of_sort(sort))
        said += [f"{name}: {reader.number(count)}."] if count else []
    return " ".join(said)


def rows(shown: Journey, along: Iterable[Spot], time: TimeScale, reader: Reader) -> tuple[tuple[str, ...], ...]:
    """When, what, in words; by time. Of a pile how many of each."""
    found: list[tuple[float, str, str, str]] = []
    for one in shown.sessions:
        found.append((one.at.timestamp(), time.when(one.at, reader), reader.say("Medicine session"), one.words))
    for one in (*shown.intentions, *shown.of_sort("life", "answer", "visit")):
        found.append((one.at.timestamp(), time.when(one.at, reader), _name(one, reader), one.words))
    for spot in along:
        by_name: dict[str, list[Passage]] = {}
        for one in spot.passages:
            by_name.setdefault(_name(one, reader), []).append(one)
        for name, alike in by_name.items():
            said = alike[0].words if len(alike) == 1 else reader.number(len(alike))
            found.append((alike[0].at.timestamp(), between(time, alike, reader), name, said))
    for window in shown.windows:
        from_to = f"{time.when(window.start, reader)} – {time.when(window.end, reader)}"
        found.append((window.start.timestamp(), from_to, reader.say("Integration window"), ""))
    if shown.scores is not None:
        for reading in shown.scores.readings:
            value = reader.say("not known") if reading.value is None else reader.number(reading.value)
            found.append((reading.at.timestamp(), time.when(reading.at, reader), shown.scores.name, value))
    return tuple((when, what, said) for _, when, what, said in sorted(found, key=lambda row: row[0]))


def _name(passage: Passage, reader: Reader) -> str:
    match passage:
        case Commitment():
            return reader.say("Commitment kept") if passage.kept else reader.say("Commitment")
        case Mark():
            return names_of_others(reader)[passage.sort]
        case Intention():
            return reader.say("Intention")
    return reader.say("Moment")
