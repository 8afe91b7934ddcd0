"""What a shell completes in the commands of the stack: services, and the clinics of the platform beside it."""

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem
from sqlalchemy import text

from shared.samples import NAMES as SAMPLES
from stack.databases import addresses, open_store
from stack.services import NAMES


def complete_services(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The four services."""
    return _items(NAMES, incomplete)


def complete_clinics(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The clinics that the platform knows; the samples where it cannot be asked: nobody waits for an error here."""
    data = context.params["data"]
    try:
        first = next(iter(addresses(data)))
        with open_store(first, data) as store, store.carrier() as session:
            known = session.scalars(text("select id from clinic order by id limit 100")).all()
    except click.ClickException:
        known = SAMPLES
    return _items(known, incomplete)


def _items(values: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(value) for value in values if value.startswith(incomplete)]
