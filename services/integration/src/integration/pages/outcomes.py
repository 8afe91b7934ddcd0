"""What became of series, at a clinic and in its network, to look at and to take along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from integration.adapters.tables import as_csv, as_parquet, can_write_parquet
from integration.domain.figures import Figure, What
from integration.domain.outcomes import FOLLOW_UP_FROM, FOLLOW_UP_TO, NO_FURTHER_VISIT_AFTER
from integration.domain.small_cells import FEWEST
from integration.pages.plots import title_of
from integration.queries.outcomes import told_by_clinic, told_by_network
from integration.schemas.outcomes import figure_reply
from integration.words import ENGAGEMENTS, OUTCOMES, PARTS_ENGAGED
from shared.errors import Refused
from shared.languages import phrase
from shared.measures import find_instrument
from shared.pictures import Picture, Portion, at_any_width, shares
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show

outcome_pages = Pages("outcome_pages")

COLUMNS = {
    "protocol": "varchar",
    "what": "varchar",
    "measure": "varchar",
    "engagement": "varchar",
    "part": "varchar",
    "people": "integer",
    "count": "integer",
    "unknown": "integer",
    "of": "integer",
    "percent": "decimal(4, 1)",
    "low": "decimal(4, 1)",
    "high": "decimal(4, 1)",
    "clinics": "integer",
    "counted_until": "date",
}
"""Of the files: the names of the doors' fields, and their types in Parquet."""
PARQUET = "application/vnd.apache.parquet"
WITHOUT_PARQUET = phrase(
    "Parquet is not installed here. Whoever runs the platform adds it: the extra “analytics” of integration (DuckDB)."
)


@dataclass(frozen=True)
class Measure:
    """One instrument's part of a page: everybody, and by each engagement the two parts of them or None."""

    id: str
    title: str
    clinics: int
    whole: Picture
    parts: Sequence[tuple[str, Picture | None]]


@dataclass(frozen=True)
class Protocol:
    """One protocol's part of a page. `under_way` is None where it is too few to be told."""

    id: str
    name: str
    over: Figure
    series: Picture
    under_way: int | None
    measures: Sequence[Measure]


@outcome_pages.get("/outcomes", may="outcomes.read")
def of_clinic(tx: Transaction) -> Page:
    """What became of people's series at the reader's clinic."""
    return _show(told_by_clinic(tx), tx, network=False)


@outcome_pages.get("/outcomes/network", may="outcomes.read_network")
def of_network(tx: Transaction) -> Page:
    """What became of people's series at the clinics of a network together."""
    return _show(told_by_network(tx), tx, network=True)


@outcome_pages.get("/outcomes/figures.csv", may="outcomes.read")
def clinic_csv(tx: Transaction) -> Response:
    """The clinic's figures as CSV."""
    return _csv(told_by_clinic(tx), f"outcomes-{tx.clinic_id}")


@outcome_pages.get("/outcomes/figures.parquet", may="outcomes.read")
def clinic_parquet(tx: Transaction) -> Response:
    """The clinic's figures as Parquet."""
    return _parquet(told_by_clinic(tx), f"outcomes-{tx.clinic_id}")


@outcome_pages.get("/outcomes/network/figures.csv", may="outcomes.read_network")
def network_csv(tx: Transaction) -> Response:
    """The network's figures as CSV."""
    return _csv(told_by_network(tx), "outcomes-network")


@outcome_pages.get("/outcomes/network/figures.parquet", may="outcomes.read_network")
def network_parquet(tx: Transaction) -> Response:
    """The network's figures as Parquet."""
    return _parquet(told_by_network(tx), "outcomes-network")


def _show(told: Sequence[Figure], tx: Transaction, *, network: bool) -> Page:
    names = list(dict.fromkeys(figure.protocol for figure in told))
    return show(
        "integration/outcomes.html",
        tx,
        network=network,
        protocols=[
            _protocol(f"protocol-{number}", name, [one for one in told if one.protocol == name])
            for number, name in enumerate(names, 1)
        ],
        fewest=FEWEST,
        days={"over": NO_FURTHER_VISIT_AFTER.days, "first": FOLLOW_UP_FROM.days, "last": FOLLOW_UP_TO.days},
        parquet=can_write_parquet(),
    )


def _protocol(id_: str, name: str, told: Sequence[Figure]) -> Protocol:
    reads = reader()
    over = next(one for one in told if one.what is What.COMPLETED)
    under_way = next(one for one in told if one.what is What.UNDER_WAY)
    series = _picture(
        f"{id_}-series",
        reads.say(phrase("Series that are over")),
        [(reads.say(phrase("Completed")), over)],
        reads.say(phrase("as many medicine visits as planned")),
        reads.say(phrase("no further visit before that")),
        always_known=True,
    )
    measures = dict.fromkeys(one.measure for one in told if one.measure is not None)
    parts = [_measure(id_, measure, [one for one in told if one.measure == measure]) for measure in measures]
    return Protocol(id_, name, over, series, under_way.people, parts)


def _measure(within: str, name: str, told: Sequence[Figure]) -> Measure:
    reads = reader()
    everybody = [one for one in told if one.engagement is None]
    whole = [(reads.say(OUTCOMES[one.what]), one) for one in everybody if one.what in OUTCOMES]
    answered = next(one for one in everybody if one.what is What.ANSWERED)
    id_ = f"{within}-{name}"
    parts: list[tuple[str, Picture | None]] = []
    for engagement, words in ENGAGEMENTS.items():
        of_parts = [one for one in told if one.engagement is engagement and one.what in OUTCOMES]
        said = [
            (f"{reads.say(OUTCOMES[one.what])}: {reads.say(PARTS_ENGAGED[engagement, one.part])}", one)
            for what in OUTCOMES
            for one in of_parts
            if one.what is what and one.part is not None and one.count is not None
        ]
        heading = reads.say(words)
        parts.append((heading, _outcomes(f"{id_}-{engagement}", heading, said) if said else None))
    clinics = max([answered.clinics, *(figure.clinics for _, figure in whole)])
    return Measure(
        id_,
        title_of(name, find_instrument(name), reads),
        clinics,
        _outcomes(id_, reads.say(phrase("A month after the series")), whole),
        parts,
    )


def _outcomes(id_: str, title: str, told: Sequence[tuple[str, Figure]]) -> Picture:
    reads = reader()
    return _picture(id_, title, told, reads.say(phrase("with this outcome")), reads.say(phrase("without it")))


def _picture(
    id_: str, title: str, told: Sequence[tuple[str, Figure]], counted: str, others: str, *, always_known: bool = False
) -> Picture:
    portions = [_portion(name, figure) for name, figure in told]
    said: dict[str, Any] = {"title": title, "counted": counted, "others": others, "always_known": always_known}
    draw: Callable[[str, int], Picture] = lambda name, width: shares(name, portions, reader(), **said, width=width)  # noqa: E731
    return at_any_width(id_, draw)


def _portion(name: str, figure: Figure) -> Portion:
    share = figure.share
    if share is None:
        return Portion(name, figure.people, figure.count, figure.unknown)
    return Portion(name, figure.people, figure.count, figure.unknown, share.percent, share.low, share.high)


def _csv(told: Sequence[Figure], name: str) -> Response:
    rows = [figure_reply(figure) for figure in told]
    return _file(as_csv(list(COLUMNS), rows), "text/csv; charset=utf-8", f"{name}.csv")


def _parquet(told: Sequence[Figure], name: str) -> Response:
    if not can_write_parquet():
        raise Refused("parquet_not_installed", WITHOUT_PARQUET)
    rows = [figure_reply(figure) for figure in told]
    return _file(as_parquet(COLUMNS, rows), PARQUET, f"{name}.parquet")


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
