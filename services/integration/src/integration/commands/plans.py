"""The plan that client and therapist agree on: either proposes, and it holds once both have agreed."""

from uuid import UUID

from sqlalchemy import select

from integration.commands.together import side_of
from integration.domain.planning import PlanKind, Side, has_held, status_of, unknown_parts
from integration.domain.planning import PlanStatus as Status
from integration.models import Client, Plan
from integration.schemas.together import ProposePlan
from shared.errors import Invalid, Refused
from shared.languages import phrase
from shared.store import Transaction

LONGEST_PART = 2_000


def propose_plan(client_id: UUID, order: ProposePlan, tx: Transaction) -> Plan:
    """Put a version before the other side; whoever proposes has agreed to it.

    A proposal to which not both had agreed gives way to it at once; what holds goes on until both agree to this one.
    Refused where somebody has proposed since what they saw (`order.after`), or where it says what holds already and
    nothing else is proposed. Raises Invalid for parts that are of no such plan, too long, or all empty.
    """
    # Of two who propose at once the second one waits here, and then sees the first.
    tx.one(Client, client_id, lock=True)
    parts = _parts_of(order)
    versions = _versions_of(client_id, order.kind, tx)
    newest = versions[0] if versions else None
    if (newest.version if newest else 0) != order.after:
        raise Refused(
            "plan_changed",
            phrase("Meanwhile somebody proposed another version. Read it first; what you wrote is still here."),
            facts={"version": newest.version if newest else 0},
        )
    if newest is not None and status_of(newest) is Status.HOLDS and newest.parts == parts:
        raise Refused("plan_unchanged", phrase("This is what you both agreed on already."))
    if newest is not None and status_of(newest) is Status.PROPOSED:
        newest.replaced_at = tx.now
    side = side_of(client_id, tx)
    return tx.add(
        Plan(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            kind=order.kind,
            version=order.after + 1,
            parts=parts,
            proposed_by=side,
            proposed_at=tx.now,
            client_agreed_at=tx.now if side is Side.CLIENT else None,
            therapist_agreed_at=tx.now if side is Side.THERAPIST else None,
            therapist=tx.actor.id if side is Side.THERAPIST else None,
        )
    )


def agree(client_id: UUID, plan_id: UUID, tx: Transaction) -> Plan:
    """Agree to exactly this version. With the second agreement it holds, and what held before is kept as former.

    To agree again changes nothing. Refused where another version took its place, or where somebody else agreed for the
    clinic before.
    """
    tx.one(Client, client_id, lock=True)
    plan = tx.one(Plan, plan_id, of=client_id, lock=True)
    if plan.replaced_at is not None:
        raise Refused(
            "plan_replaced",
            phrase("Another version took the place of this one before you agreed. Please read what stands now."),
        )
    side = side_of(client_id, tx)
    if side is Side.THERAPIST and plan.therapist_agreed_at is not None and plan.therapist != tx.actor.id:
        raise Refused("already_agreed", phrase("A colleague of yours agreed to this version before."))
    if side is Side.CLIENT:
        plan.client_agreed_at = plan.client_agreed_at or tx.now
    elif plan.therapist_agreed_at is None:
        plan.therapist_agreed_at, plan.therapist = tx.now, tx.actor.id
    if has_held(plan):
        for other in _versions_of(client_id, plan.kind, tx):
            if other.id != plan.id and other.replaced_at is None:
                other.replaced_at = tx.now
    return plan


def _versions_of(client_id: UUID, kind: PlanKind, tx: Transaction) -> list[Plan]:
    query = select(Plan).where(Plan.client_id == client_id, Plan.kind == kind).order_by(Plan.version.desc())
    return list(tx.all(query.execution_options(populate_existing=True)))


def _parts_of(order: ProposePlan) -> dict[str, str]:
    """What was written, by part. Raises Invalid where it is of no such plan, too long, or nothing at all."""
    parts = {name: words.strip() for name, words in order.parts.items() if words.strip()}
    unknown, long = unknown_parts(order.kind, parts), [name for name in parts if len(parts[name]) > LONGEST_PART]
    if unknown or long:
        errors = [{"path": f"/parts/{name}", "message": "There is no such part."} for name in unknown]
        errors += [
            {"path": f"/parts/{name}", "message": f"Longer than maximum length {LONGEST_PART}."} for name in long
        ]
        raise Invalid("plan_parts_invalid", "Some parts are not parts of such a plan; see errors.", errors=errors)
    if not parts:
        raise Invalid("plan_empty", phrase("At least one part of the plan has to say something."))
    return parts
