"""`afterglow events replay` and `afterglow rebuild`: what was said is heard again, while all else goes on."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click
from marshmallow.validate import Regexp

from shared.bus.beginning import begin_late
from shared.bus.rebuild import Outcome, Rebuild
from shared.bus.replay import Stretch, count_events, have_relayed_again
from shared.bus.replay import replay as replay_events
from shared.bus.topology import Topology
from shared.settings import SettingsError, SettingsReader
from stack.databases import data_option, embedded, open_store, require_clinic
from stack.hearing import publisher_to
from stack.listing import moment
from stack.services import all_services

# What is wrong is said without the value: it may carry a password.
_AMQP = Regexp(r"amqps?://[^;\s]*(;amqps?://[^;\s]*)*\Z", error="Not an address like amqp://user:password@host/vhost.")
_MOMENT = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@click.command()
@click.argument("service")
@click.option("--since", type=click.DateTime(_MOMENT), required=True, help="The first moment, UTC.")
@click.option(
    "--until", type=click.DateTime(_MOMENT), default=None, help="The moment to stop before, UTC; default: now."
)
@click.option("--to", "consumer", required=True, help="The one service that is to hear it again.")
@click.option("--clinic", default=None, help="Only this clinic's events.")
@click.option(
    "--begin", is_flag=True, help="Have clients of whom the consumer heard nothing yet begin with what is left of them."
)
@click.option("--dry-run", "dry", is_flag=True, help="Only count.")
@data_option
def replay(
    service: str,
    since: datetime,
    until: datetime | None,
    consumer: str,
    clinic: str | None,
    begin: bool,
    dry: bool,
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
    with open_store(service, data) as store:
        count = count_events(store, stretch)
        times = f"from {moment(stretch.since)} to {moment(stretch.until)}"
        click.echo(f"{count} events of {service} {times}, for {consumer}")
        if begin:
            with open_store(consumer, data) as hearer:
                late = begin_late(hearer, store, dry=dry)
            click.echo(f"{late} streams {'would begin' if dry else 'begin'} with the first event that is left of them")
        if dry or not count:
            click.echo("Nothing was published.")
            return
        broker = None if embedded() else _broker()
        with ExitStack() as stack:
            # Its bar ends before anything is said about what went wrong.
            publisher = stack.enter_context(publisher_to(*broker, consumer)) if broker else None
            bar = stack.enter_context(click.progressbar(length=count, label="replaying", show_pos=True))
            if publisher is not None:
                done = replay_events(store, stretch, publisher, bar.update)
            else:
                done = have_relayed_again(store, stretch, bar.update)
        hearers = consumer if broker else f"all who hear {service}"
        click.echo(f"{done} events were published again for {hearers}; those that were known change nothing.")


@click.command()
@click.argument("consumer")
@click.argument("projection")
@click.option("--dry-run", "dry", is_flag=True, help="Change nothing; say what would change.")
@data_option
def rebuild(consumer: str, projection: str, dry: bool, data: Path) -> None:
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
        with click.progressbar(length=work.count_streams(), label="rebuilding", show_pos=True) as bar:
            outcome = work.run(dry=dry, on_progress=bar.update)
    _report(outcome, dry)


def _report(outcome: Outcome, dry: bool) -> None:
    would = "would be " if dry else ""
    click.echo(f"{outcome.streams} streams, {outcome.events} events")
    click.echo(f"{outcome.added} rows {would}added, {outcome.changed} rows {would}changed")
    if dry:
        click.echo("Nothing was changed.")
    if outcome.unexplained:
        click.echo(f"{outcome.unexplained} rows come from no event and stay as they are")
    if outcome.incomplete:
        click.echo(f"{len(outcome.incomplete)} streams stay as they are, because an outbox has not all their events:")
        for stream in outcome.incomplete[:20]:
            click.echo(f"  {stream}")
        raise click.exceptions.Exit(1)


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
