"""What every decision of an operator on the command line has: a name that can be asked, a reason, and an audit line."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from marshmallow import ValidationError
from sqlalchemy import Row
from sqlalchemy.orm import Session

from shared.clock import uuid7
from shared.console import BadNews
from shared.errors import NotFound, Problem
from shared.store.transaction import Actor, Origin, Store, Transaction
from shared.web.operating import Decision
from stack.databases import addresses, embedded, open_store

_LONGEST_NAME = 100


def _name(_: click.Context, __: click.Parameter, given: str | None) -> str:
    name = (given or "").strip() or (_user() if embedded() else "")
    if not name:
        raise click.UsageError("Say who decides, with --by NAME or AFTERGLOW_OPERATOR: it stays in the audit.")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise click.BadParameter(f"Use a name of at most {_LONGEST_NAME} printable characters.")
    return name


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # The machine has no name for this user.
        return ""


def _reason(_: click.Context, __: click.Parameter, given: str) -> str:
    try:
        return Decision.load({"reason": given}).reason
    except ValidationError as invalid:
        raise click.BadParameter(" ".join(invalid.messages_dict["reason"])) from None


by_option = click.option(
    "--by",
    envvar="AFTERGLOW_OPERATOR",
    show_envvar=True,
    callback=_name,
    help="Who decides, for the audit; beside the embedded platform it is you.",
)
reason_option = click.option(
    "--reason", required=True, callback=_reason, help="Why, without personal data; it stays on record."
)


def operator(by: str) -> Actor:
    """Who decides, as the audit names them."""
    return Actor(f"operator:{by}", frozenset({"operator"}))


@contextmanager
def deed(store: Store, clinic: str, by: str) -> Iterator[Transaction]:
    """A transaction in which an operator decides something at one clinic; what refuses it is said in one line."""
    request = str(uuid7(store.clock()))
    try:
        with store.transaction(clinic, operator(by), Origin("decide", request, request)) as tx:
            yield tx
    except Problem as problem:
        raise BadNews(problem.code, str(problem.sentence)) from None


@contextmanager
def holder(
    find: Callable[[Session, str], Row[Any]], nobody: str, service: str | None, data: Path
) -> Iterator[tuple[Store, Row[Any]]]:
    """The store and the row that one service has; says `nobody` where none has it, asks where several do."""
    found: list[str] = []
    for name in [service] if service else addresses(data):
        with open_store(name, data) as store, store.carrier() as session:
            try:
                find(session, name)
            except NotFound:
                continue
            found.append(name)
    if not found:
        raise BadNews("not_found", nobody)
    if len(found) > 1:
        raise click.UsageError(f"Several services have it: say --service {' or '.join(found)}.")
    with open_store(found[0], data) as store:
        try:
            with store.carrier() as session:
                row = find(session, store.service)
        except NotFound:  # It was there a moment ago.
            raise BadNews("not_found", nobody) from None
        yield store, row
