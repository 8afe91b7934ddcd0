"""The plan that client and therapist agree on: what holds, what is proposed, and what held before."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import plans as commands
from integration.domain.planning import (
    PARTS,
    PlanKind,
    PlanStatus,
    Side,
    changed_parts,
    has_held,
    standing_of,
    status_of,
    waits_for,
)
from integration.models import Client, Plan
from integration.pages.names import name_of
from integration.pages.themselves import own_id, zone_of
from integration.queries.clients import is_client
from integration.queries.together import plans_of, standing_plans_of
from integration.schemas.together import PLANS, ProposePlan
from integration.words import PLANS_CALLED
from shared.declared import Declared, Nothing
from shared.errors import Invalid, NotFound, Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Form, with_value
from shared.web.face.showing import Page, show

plan_pages = Pages("plan_pages")

DONE = {
    "proposed": phrase("Your proposal is there. It holds once the other side has agreed."),
    "agreed": phrase("You have agreed, and the plan holds."),
}


@plan_pages.get("/together/plan/<plan_kind>", may="own.read", own=True)
def own_plan(tx: Transaction, plan_kind: str) -> Page:
    """The client's own plan of one kind."""
    return _show(own_id(tx), _kind(plan_kind), tx)


@plan_pages.post("/together/plan/<plan_kind>", may="plan.propose", own=True)
def propose_own(tx: Transaction, plan_kind: str) -> Page | Response:
    """The client proposes a version."""
    return _propose(own_id(tx), _kind(plan_kind), tx)


@plan_pages.post("/together/plans/<uuid:plan_id>/agreement", may="plan.agree", own=True)
def agree_own(tx: Transaction, plan_id: UUID) -> Page | Response:
    """The client agrees to exactly the version that they read."""
    return _agree(own_id(tx), plan_id, tx)


@plan_pages.get("/people/<uuid:client_id>/plan/<plan_kind>", may="plan.read")
def plan_of(tx: Transaction, client_id: UUID, plan_kind: str) -> Page:
    """A client's plan of one kind, as far as the reader may see it."""
    tx.one(Client, client_id)
    return _show(client_id, _kind(plan_kind), tx)


@plan_pages.post("/people/<uuid:client_id>/plan/<plan_kind>", may="plan.propose")
def propose(tx: Transaction, client_id: UUID, plan_kind: str) -> Page | Response:
    """A therapist proposes a version."""
    tx.one(Client, client_id)
    return _propose(client_id, _kind(plan_kind), tx)


@plan_pages.post("/people/<uuid:client_id>/plans/<uuid:plan_id>/agreement", may="plan.agree")
def agree(tx: Transaction, client_id: UUID, plan_id: UUID) -> Page | Response:
    """A therapist agrees to exactly the version that they read."""
    return _agree(client_id, plan_id, tx)


def stand_of_plans(client_id: UUID, tx: Transaction) -> list[dict[str, Any]]:
    """Where the plan of each kind stands, for a line about it."""
    versions, stands = standing_plans_of(client_id, tx), []
    for kind in PlanKind:
        holds, proposed = standing_of([plan for plan in versions if plan.kind == kind])
        waits = None if proposed is None else waits_for(proposed)
        stands.append(
            {"kind": kind.value, "title": PLANS_CALLED[kind], "holds": holds, "proposed": proposed, "waits": waits}
        )
    return stands


def _propose(client_id: UUID, kind: PlanKind, tx: Transaction) -> Page | Response:
    form = _writing(kind, plans_of(client_id, tx, kind))
    written = form.read(request.form)
    if written is None:
        return _show(client_id, kind, tx, form)
    parts = {name: words for name in PARTS[kind] if (words := getattr(written, name))}
    order = ProposePlan(kind=kind, parts=parts, after=request.form.get("after", -1, type=int))
    try:
        commands.propose_plan(client_id, order, tx)
    except (Refused, Invalid) as refused:
        form.refuse(refused)
        # What they read now is what the next attempt answers to.
        form.shown = {"after": str(_newest(plans_of(client_id, tx, kind)))}
        return _show(client_id, kind, tx, form)
    return _back(client_id, kind, "proposed", tx)


def _agree(client_id: UUID, plan_id: UUID, tx: Transaction) -> Page | Response:
    kind = PlanKind(tx.one(Plan, plan_id, of=client_id).kind)
    try:
        commands.agree(client_id, plan_id, tx)
    except Refused as refused:
        form = Form(Nothing, {}, not_done=phrase("You have not agreed yet"), prefix="agree-")
        form.refuse(refused)
        return _show(client_id, kind, tx, refused=form)
    return _back(client_id, kind, "agreed", tx)


def _writing(kind: PlanKind, versions: Sequence[Plan]) -> Form[Declared]:
    """A plan's parts, with what is proposed, or holds, standing there already."""
    holds, proposed = standing_of(versions)
    before = proposed or holds
    said = before.parts if before is not None else {}
    return Form(
        PLANS[kind],
        {name: with_value(Ask(part.title, part.hint), said.get(name)) for name, part in PARTS[kind].items()},
        not_done=phrase("Nothing is proposed yet"),
        prefix="plan-",
        shown={"after": str(_newest(versions))},
    )


def _newest(versions: Sequence[Plan]) -> int:
    return max((plan.version for plan in versions), default=0)


def _show(
    client_id: UUID,
    kind: PlanKind,
    tx: Transaction,
    form: Form[Declared] | None = None,
    *,
    refused: Form[Nothing] | None = None,
) -> Page:
    own = is_client(client_id, tx)
    versions = plans_of(client_id, tx, kind)
    holds, proposed = standing_of(versions)
    form = form or _writing(kind, versions)
    waits = None if proposed is None else waits_for(proposed)
    return show(
        "integration/plan.html",
        tx,
        form,
        *([] if refused is None else [refused]),
        own=own,
        client_id=client_id,
        name=name_of(client_id, tx),
        zone=zone_of(client_id, tx) if own else None,
        kind=kind.value,
        title=PLANS_CALLED[kind],
        parts=PARTS[kind],
        done=DONE.get(request.args.get("done", "")),
        form=form,
        refused=refused,
        holds=holds,
        proposed=proposed,
        changed=changed_parts(kind, holds.parts, proposed.parts) if holds and proposed else set(),
        waits=waits,
        waits_for_me=waits is (Side.CLIENT if own else Side.THERAPIST),
        former=[plan for plan in versions if status_of(plan) is PlanStatus.FORMER],
        has_held=has_held,
    )


def _kind(said: str) -> PlanKind:
    """Raises NotFound for what is no kind of plan."""
    try:
        return PlanKind(said)
    except ValueError:
        raise NotFound() from None


def _back(client_id: UUID, kind: PlanKind, done: str, tx: Transaction) -> Response:
    if is_client(client_id, tx):
        return redirect(url_for("plan_pages.own_plan", plan_kind=kind.value, done=done), 303)
    return redirect(url_for("plan_pages.plan_of", client_id=client_id, plan_kind=kind.value, done=done), 303)
