"""What every request of a signed-in caller passes, at doors and at pages: at which clinic, may they, about whom."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import g, request
from sqlalchemy import inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from shared.errors import Forbidden, NotFound, RefusedElsewhere
from shared.languages import phrase
from shared.service import Service
from shared.store.reach import Hidden, Reach
from shared.store.transaction import Actor, Origin, Transaction
from shared.web.auth import Caller
from shared.web.context import Frame, frame
from shared.web.entrances import Entrance

_CLIENT_NAMES = ("client_id", "client")
_READING = ("GET", "HEAD")


@contextmanager
def guarded(
    here: Frame, may: str, caller: Caller, clinic: str | None, path: Mapping[str, Any], *, own: bool = False
) -> Iterator[Transaction]:
    """A transaction for what a caller may do, at the clinic that is meant and with the clients that they may touch.

    Whom it is about is in the address: as `client_id`, or as the id of a thing that has a client (`Service.whose`);
    with `own` it is whoever calls. The audit also says what the policy denies, what is refused for the sake of another
    clinic, and who was shown a page again with what they are to mend.
    """
    clinic, actor = caller.at(clinic)
    g.clinic, g.actor = clinic, actor
    origin = origin_of_request(may, path)
    about = actor.client_id if own else path.get("client_id")
    try:
        conditions = here.service.policy[may].conditions(actor.roles)
        if not conditions:
            raise Forbidden("role_may_not", phrase("None of your roles may do this ({action}).", action=may))
        changes = None if request.method in _READING else about
        with here.store.transaction(clinic, actor, origin, changes=changes) as tx:
            tx.reach = Reach(actor.id, conditions, actor.client_id)
            about = about or _client_of_thing(path, here.service, tx)
            if about is not None:
                tx.touch(about)
                tx.grounds = tx.reach.grounds(about, tx.session, tx.now)
            yield tx
    except (Forbidden, Hidden, RefusedElsewhere):
        _note(here, clinic, actor, origin, "denied", [] if about is None else [about])
        raise
    if tx.abandoned:
        _note(here, clinic, actor, origin, "refused", tx.touched, tx.grounds)


def may(action: str, tx: Transaction) -> bool:
    """Whether the reader has a role for that, so that nobody is shown a button that they may not press."""
    return bool(frame().service.policy[action].conditions(tx.actor.roles))


def may_about(action: str, client: UUID, tx: Transaction) -> bool:
    """Whether the reader may do that about this client: by a role of theirs, and by its condition."""
    reach = Reach(tx.actor.id, frame().service.policy[action].conditions(tx.actor.roles), tx.actor.client_id)
    try:
        reach.grounds(client, tx.session, tx.now)
    except (Forbidden, Hidden):
        return False
    return True


def origin_of_request(may: str, path: Mapping[str, Any]) -> Origin:
    """Where the transaction of the present request comes from."""
    subject = next((str(value) for value in path.values() if isinstance(value, UUID)), None)
    return Origin(may, g.request_id, g.request_id, g.span.traceparent, subject, request.remote_addr)


def check_listed(items: Iterable[Any], tx: Transaction) -> None:
    """The last look at a list: each item's client may be touched, and the audit names them all.

    A query that forgot to ask for `tx.reach` ends here, with an error instead of somebody else's client.
    """
    clients: set[UUID] = set()
    for item in items:
        client = client_of(item)
        if client is not None:
            clients.add(client)
        elif not tx.reach.whole_clinic and tx.grounds is None:
            raise LookupError("a list for somebody with a bounded reach has an item that names no client")
    tx.touch(*clients)
    if not tx.reach.whole_clinic:
        tx.reach.require_all(clients, tx.session, tx.now)


def client_of(item: Any) -> UUID | None:
    """The client whom an answer is about, as far as it says."""
    for name in _CLIENT_NAMES:
        value = item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
        if isinstance(value, UUID):
            return value
    return None


def aim_of(entrance: Entrance, service: Service) -> str | None:
    """The name in an entrance's address by which the guard finds the client whom a request is about."""
    if "client_id" in entrance.arguments:
        return "client_id"
    return next((name for name in entrance.arguments if name in service.whose), None)


def require_aim(service: Service, entrance: Entrance) -> None:
    """LookupError where nobody could tell whom an entrance is about, and its policy asks for that."""
    bounded = service.policy[entrance.may].is_bounded
    if bounded and not entrance.gathers and aim_of(entrance, service) is None:
        raise LookupError(f"{entrance.rule} ({entrance.may}) names no client, and its policy depends on one")


def _client_of_thing(path: Mapping[str, Any], service: Service, tx: Transaction) -> UUID | None:
    for name, value in path.items():
        whose = service.whose.get(name)
        if whose is not None:
            found = tx.session.scalar(select(whose).where(_key_of(whose) == value))
            if found is None:
                raise NotFound(name.removesuffix("_id"))
            return UUID(str(found))
    return None


def _key_of(column: "InstrumentedAttribute[UUID]") -> Any:
    [key] = inspect(column.class_).primary_key
    return key


def _note(
    here: Frame,
    clinic: str,
    actor: Actor,
    origin: Origin,
    outcome: str,
    clients: Iterable[UUID],
    grounds: str | None = None,
) -> None:
    with here.store.transaction(clinic, actor, origin) as tx:
        tx.touch(*clients)
        tx.outcome, tx.grounds = outcome, grounds
