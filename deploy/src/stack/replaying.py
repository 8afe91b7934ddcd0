"""`afterglow events replay` and `afterglow rebuild`: what was said is heard again, while all else goes on."""

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from marshmallow.validate import Regexp

from shared.bus.beginning import begin_late
from shared.bus.rebuild import Outcome, Rebuild
from shared.bus.replay import Stretch, count_events, have_relayed_again
from shared.bus.replay import replay as replay_events
from shared.bus.topology import Topology
from shared.console import Ending, Line, command, json_option, print_json, print_lines, print_note, progress, toned
from shared.settings import SettingsError, SettingsReader
from shared.store.transaction import Store
from stack.completing import complete_clinics, complete_services
from stack.databases import data_option, embedded, open_store, require_clinic
from stack.hearing import publisher_to
from stack.listing import moment
from stack.services import all_services

# What is wrong is said without the value: it may carry a password.
_AMQP = Regexp(r"amqps?://[^;\s]*(;amqps?://[^;\s]*)*\Z", error="Not an address like amqp://user:password@host/vhost.")
_MOMENT = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@command(
    short_help="Publish again what a service has said, for one other",
    examples=[
        ("intake --since 2026-11-20 --to sessions --dry-run", "count first"),
        ("intake --since 2026-11-20 --to sessions", "then publish it, for sessions alone"),
        (
            "intake --since 2026-11-20T14:03 --until 2026-11-20T15:00 --to notify --clinic maple",
            "an hour of one clinic",
        ),
        ("intake --since 2026-01-01 --to integration --begin", "for a service that begins to hear it late"),
    ],
)
@click.argument("service", shell_complete=complete_services)
@click.option("--since", type=click.DateTime(_MOMENT), required=True, help="The first moment, UTC.")
@click.option(
    "--until", type=click.DateTime(_MOMENT), default=None, help="The moment to stop before, UTC; default: now."
)
@click.option(
    "--to",
    "consumer",
    required=True,
    shell_complete=complete_services,
    help="The one service that is to hear it again.",
)
@click.option("--clinic", default=None, shell_complete=complete_clinics, help="Only this clinic's events.")
@click.option(
    "--begin", is_flag=True, help="Have clients of whom the consumer heard nothing yet begin with what is left of them."
)
@click.option("--dry-run", "dry", is_flag=True, help="Only count.")
@json_option
@data_option
def replay(
    service: str,
    since: datetime,
    until: datetime | None,
    consumer: str,
    clinic: str | None,
    begin: bool,
    dry: bool,
    as_json: bool,
    data: Path,
) -> None:
    """Publish again what SERVICE has said, for one consumer, in order; what it has handled before it drops.

    For when a queue or its broker was lost, or a service begins to hear another one late: then with --begin, because
    the first events may have left the outbox. AFTERGLOW_AMQP names the broker. The embedded platform has none, so that
    there all consumers hear it again, with the same end.
    """
    _require_hearer(consumer, service)
    require_clinic(clinic, data)
    stretch = Stretch(since.replace(tzinfo=UTC), (until or datetime.now(UTC)).replace(tzinfo=UTC), clinic)
    if stretch.since >= stretch.until:
        raise click.UsageError(f"Nothing lies between {moment(stretch.since)} and {moment(stretch.until)}.")
    told = print_note if as_json else _print_line
    outcome: dict[str, Any] = {
        "publisher": service,
        "consumer": consumer,
        "since": moment(stretch.since),
        "until": moment(stretch.until),
        "dry_run": dry,
    }
    with open_store(service, data) as store:
        outcome["events"] = count = count_events(store, stretch)
        told(f"{count} events of {service} from {outcome['since']} to {outcome['until']}, for {consumer}")
        if begin:
            with open_store(consumer, data) as hearer:
                outcome["begun"] = late = begin_late(hearer, store, dry=dry)
            told(f"{late} streams {'would begin' if dry else 'begin'} with the first event that is left of them")
        broker = None if embedded() or dry or not count else _broker()
        outcome["heard_by"] = consumer if broker or not embedded() else f"all who hear {service}"
        if dry or not count:
            told("Nothing was published.")
        else:
            outcome["published"] = done = _publish(store, stretch, count, broker, consumer)
            told(f"{done} events were published again for {outcome['heard_by']}; those that were known change nothing.")
    if as_json:
        print_json({"begun": 0, "published": 0, **outcome})


def _publish(store: Store, stretch: Stretch, count: int, broker: tuple[str, Topology] | None, consumer: str) -> int:
    with ExitStack() as stack:
        # Its bar ends before anything is said about what went wrong.
        publisher = stack.enter_context(publisher_to(*broker, consumer)) if broker else None
        bar = stack.enter_context(progress("replaying", count))
        if publisher is not None:
            return replay_events(store, stretch, publisher, bar.advance)
        return have_relayed_again(store, stretch, bar.advance)


def _print_line(line: str) -> None:
    print_lines([line])


@command(
    short_help="Make anew what a service keeps of others",
    examples=[
        ("sessions clients --dry-run", "how many rows would change"),
        ("sessions clients", "make them as the outboxes tell it"),
        ("sessions clients --json | jq .changed", "as a program would"),
    ],
)
@click.argument("consumer", shell_complete=complete_services)
@click.argument("projection")
@click.option("--dry-run", "dry", is_flag=True, help="Change nothing; say what would change.")
@json_option
@data_option
def rebuild(consumer: str, projection: str, dry: bool, as_json: bool, data: Path) -> None:
    """Make what CONSUMER keeps of what others told anew, from their outboxes.

    PROJECTION is one that the service declares, as `clients` of sessions. Nobody is told or reminded again. Ends with 1
    where the outboxes no longer have all events of a stream; such streams stay as they are.
    """
    service = next((service for service in all_services() if service.name == consumer), None)
    if service is None:
        raise click.UsageError(f"There is no service {consumer}.")
    declared = service.handlers.projections
    if projection not in declared:
        raise click.UsageError(f"{consumer} has no projection {projection}; it has {', '.join(declared) or 'none'}.")
    with ExitStack() as stack:
        store = stack.enter_context(open_store(consumer, data, as_owner=True))
        publishers = declared[projection].publishers
        sources = {publisher: stack.enter_context(open_store(publisher, data)) for publisher in publishers}
        work = Rebuild(store, declared[projection], sources)
        with progress("rebuilding", work.count_streams()) as bar:
            outcome = work.run(dry=dry, on_progress=bar.advance)
    if as_json:
        found = dataclasses.asdict(outcome)
        del found["last"]
        print_json({"service": consumer, "projection": projection, "dry_run": dry, **found})
    else:
        print_lines(_reported(outcome, dry))
    if outcome.incomplete:
        raise click.exceptions.Exit(Ending.BAD_NEWS)


def _reported(outcome: Outcome, dry: bool) -> Iterator[Line]:
    would = "would be " if dry else ""
    yield f"{outcome.streams} streams, {outcome.events} events"
    yield f"{outcome.added} rows {would}added, {outcome.changed} rows {would}changed"
    if dry:
        yield "Nothing was changed."
    if outcome.unexplained:
        yield f"{outcome.unexplained} rows come from no event and stay as they are"
    if outcome.incomplete:
        kept = f"{len(outcome.incomplete)} streams stay as they are, because an outbox has not all their events:"
        yield toned(kept, "waits")
        yield from (f"  {stream}" for stream in outcome.incomplete[:20])


def _require_hearer(consumer: str, publisher: str) -> None:
    hears = {service.name: service.handlers.publishers for service in all_services()}
    for name in (consumer, publisher):
        if name not in hears:
            raise click.UsageError(f"There is no service {name}.")
    if publisher not in hears[consumer]:
        raise click.UsageError(
            f"{consumer} does not hear {publisher}; it hears {', '.join(hears[consumer]) or 'nobody'}."
        )


def _broker() -> tuple[str, Topology]:
    try:
        with SettingsReader() as env:
            address = env.str("AFTERGLOW_AMQP", validate=_AMQP)
            namespace = env.str("AFTERGLOW_BUS_NAMESPACE", "")
    except SettingsError as error:
        raise click.UsageError(f"The broker of these databases is needed. {error}") from None
    return address, Topology(namespace)
