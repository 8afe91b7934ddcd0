"""What is read at intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from intake.domain import part2
from intake.domain.screening import Flag, strongest
from intake.forms import form_of
from intake.models import Clearance, Client, Consent, Inquiry, Opening, Screening
from shared.clinics import Agreement, Clinic
from shared.errors import NotFound
from shared.events.intake import FlagLevel
from shared.store import Store, Transaction
from shared.store.clinics import clinic_names, load_clinic
from shared.store.tables import caseload


@dataclass(frozen=True)
class ClinicName:
    """A clinic of this deployment, as anybody may know it."""

    id: str
    name: str


@dataclass(frozen=True)
class Waiting:
    """A screening with the client's name and whether a prescriber has decided on it."""

    id: UUID
    client_id: UUID
    display_name: str
    submitted_at: datetime
    level: FlagLevel | None
    flags: list[Flag]
    decided: bool
    withheld: list[str]


@dataclass(frozen=True)
class Looking:
    """Somebody of the staff looks after a client; `display_name` is there in a list of one's own clients."""

    client_id: UUID
    staff: str
    joined_at: datetime
    display_name: str | None = None


@dataclass(frozen=True)
class ClientName:
    """A client in a list, by what they want to be called."""

    client_id: UUID
    display_name: str
    registered_at: datetime


def clinics_here(store: Store) -> list[ClinicName]:
    """The clinics of this deployment, by name. Their facts are no tenant's secret, so this asks for all at once."""
    with store.carrier() as session:
        return [ClinicName(clinic, name) for clinic, name in clinic_names(session.connection()).items()]


def clinic_here(store: Store, clinic_id: str) -> Clinic:
    """A clinic's facts, for its public page. NotFound where there is no such clinic."""
    with store.carrier() as session:
        return load_clinic(session.connection(), clinic_id)


def inquiries(tx: Transaction) -> Sequence[Inquiry]:
    """Who reached out: first those that wait, of them who is in a crisis."""
    waiting_first = Inquiry.client_id.is_not(None)
    return tx.all(
        select(Inquiry).order_by(waiting_first, Inquiry.in_crisis.is_not(True), Inquiry.received_at, Inquiry.id)
    )


def inquiries_waiting(tx: Transaction, at_most: int) -> Sequence[Inquiry]:
    """Who reached out and is no client yet, so many at most: who is in a crisis first, then who has waited longest."""
    waiting = select(Inquiry).where(Inquiry.client_id.is_(None))
    return tx.all(waiting.order_by(Inquiry.in_crisis.is_not(True), Inquiry.received_at, Inquiry.id).limit(at_most))


def how_many_wait(tx: Transaction) -> tuple[int, int]:
    """How many who reached out are no client yet, and how many of these said that they are in a crisis."""
    waiting, in_crisis = func.count(), func.count().filter(Inquiry.in_crisis.is_(True))
    found = tx.session.execute(select(waiting, in_crisis).where(Inquiry.client_id.is_(None))).one()
    return found[0], found[1]


def email_index(email: str | None, tx: Transaction) -> bytes | None:
    """By what clients with an address are found, however it is written: the address itself lies sealed."""
    return None if email is None else tx.vault.index("client.email", email.strip().casefold())


def newest_screening(tx: Transaction, client_id: UUID) -> Screening:
    """The screening that a client, who has handed in at least one, handed in last."""
    query = (
        select(Screening)
        .where(Screening.client_id == client_id)
        .order_by(Screening.submitted_at.desc(), Screening.id.desc())
        .limit(1)
    )
    return tx.session.scalars(query).one()


def queue(tx: Transaction, *, open_only: bool) -> list[Waiting]:
    """Screenings, oldest first. Open are those on which nobody decided, and after which none was handed in."""
    decided = exists().where(Clearance.screening_id == Screening.id)
    newer = aliased(Screening)
    superseded = exists().where(
        newer.client_id == Screening.client_id,
        (newer.submitted_at > Screening.submitted_at)
        | ((newer.submitted_at == Screening.submitted_at) & (newer.id > Screening.id)),
    )
    query = (
        select(Screening, Client, decided.label("decided"))
        .join(Client, Client.id == Screening.client_id)
        .order_by(Screening.submitted_at, Screening.id)
    )
    if open_only:
        query = query.where(~decided, ~superseded)
    rows = tx.session.execute(query).all()
    withheld = withheld_of([row for row, _, _ in rows], tx)
    return [_waiting(row, client, is_decided, withheld[row.id]) for row, client, is_decided in rows]


@dataclass(frozen=True)
class Seen:
    """A screening as far as whoever asks may see it. `withheld` are the questions that are not for them."""

    flags: list[Flag]
    answers: dict[str, bool | None]
    withheld: list[str]

    def findings(self, clearance: Clearance) -> list[dict[str, str]]:
        """What a prescriber found, of the flags that are seen: a finding would tell of the others."""
        shown = {flag.code for flag in self.flags}
        return [one for one in clearance.reviewed_flags if not self.withheld or one["code"] in shown]


def seen(screening: Screening, tx: Transaction) -> Seen:
    """What of a screening is for whoever asks."""
    withheld = withheld_of([screening], tx)[screening.id]
    return Seen(
        flags=part2.left_out(screening.flags) if withheld else screening.flags,
        answers={question: said for question, said in screening.answers.items() if question not in withheld},
        withheld=withheld,
    )


def _waiting(row: Screening, client: Client, decided: bool, withheld: list[str]) -> Waiting:
    flags = part2.left_out(row.flags) if withheld else row.flags
    about = (row.id, row.client_id, client.display_name, row.submitted_at)
    return Waiting(*about, level=strongest(flags), flags=flags, decided=decided, withheld=withheld)


def withheld_of(screenings: Sequence[Screening], tx: Transaction) -> dict[UUID, list[str]]:
    """Of each screening the questions about the use of substances, where they are not for whoever asks."""
    query = select(Consent.client_id).where(
        Consent.client_id.in_({screening.client_id for screening in screenings}),
        Consent.kind == Agreement.PART2,
        Consent.partner.is_(None),
        Consent.withdrawn_at.is_(None),
    )
    authorised = set(tx.session.scalars(query))
    return {
        screening.id: []
        if part2.sees(tx.actor.roles, authorised=screening.client_id in authorised)
        else part2.questions(form_of(screening.form_version))
        for screening in screenings
    }


def decisions_on(tx: Transaction, screening_id: UUID) -> Sequence[Clearance]:
    """What prescribers decided on a screening, newest first."""
    query = select(Clearance).where(Clearance.screening_id == screening_id)
    return tx.all(query.order_by(Clearance.decided_at.desc(), Clearance.id.desc()))


def standing_clearance(tx: Transaction, client_id: UUID) -> Clearance | None:
    """A client's newest decision, whatever it says."""
    return tx.session.scalar(select(Clearance).where(Clearance.client_id == client_id, Clearance.replaced_at.is_(None)))


def clearance_of(tx: Transaction, client_id: UUID) -> Clearance:
    """A client's newest decision. NotFound where nobody has decided yet."""
    tx.one(Client, client_id)
    standing = standing_clearance(tx, client_id)
    if standing is None:
        raise NotFound("clearance")
    return standing


def consents_of(tx: Transaction, client_id: UUID) -> Sequence[Consent]:
    """Everything that a client agreed to, also what they took back, in order."""
    tx.one(Client, client_id)
    return tx.all(select(Consent).where(Consent.client_id == client_id).order_by(Consent.granted_at, Consent.id))


def looking_after(client_id: UUID, tx: Transaction) -> list[Looking]:
    """Who looks after a client, the longest first. NotFound where there is no such client."""
    tx.one(Client, client_id)
    query = select(caseload).where(caseload.c.client_id == client_id).order_by(caseload.c.joined_at, caseload.c.staff)
    return [Looking(row.client_id, row.staff, row.joined_at) for row in tx.session.execute(query)]


def looks_after(staff: str, client_id: UUID, tx: Transaction) -> bool:
    """Whether somebody looks after a client; nobody does after one whom there is not."""
    query = select(caseload.c.staff).where(caseload.c.client_id == client_id, caseload.c.staff == staff)
    return tx.session.execute(query).first() is not None


def own_clients(tx: Transaction) -> list[Looking]:
    """The clients whom the caller looks after, in the order of their names."""
    query = (
        select(Client, caseload.c.joined_at)
        .join(caseload, caseload.c.client_id == Client.id)
        .where(caseload.c.staff == tx.actor.id)
    )
    mine = [
        Looking(client.id, tx.actor.id, joined_at, client.display_name)
        for client, joined_at in tx.session.execute(query)
    ]
    return sorted(mine, key=lambda one: ((one.display_name or "").casefold(), one.client_id))


def openings_of(client_id: UUID, tx: Transaction) -> Sequence[Opening]:
    """Who opened a client's record with a reason, the newest first."""
    tx.one(Client, client_id)
    query = select(Opening).where(Opening.client_id == client_id)
    return tx.all(query.order_by(Opening.opened_at.desc(), Opening.id.desc()))


def standing_opening(client_id: UUID, tx: Transaction) -> Opening | None:
    """The last opening by which the caller sees a client's record now."""
    mine = (Opening.client_id == client_id, Opening.staff == tx.actor.id, Opening.closes_at > tx.now)
    return tx.session.scalars(select(Opening).where(*mine).order_by(Opening.closes_at.desc()).limit(1)).first()


def clients_reached(tx: Transaction, at_most: int) -> list[ClientName]:
    """Clients whom the caller reaches, the newest first."""
    return _names(select(Client).order_by(Client.registered_at.desc(), Client.id.desc()).limit(at_most), tx)


def clients_with_email(email: str, tx: Transaction) -> list[ClientName]:
    """Clients with that address, of those whom the caller reaches."""
    return _names(select(Client).where(Client.email_index == email_index(email, tx)).order_by(Client.id), tx)


def _names(query: Select[Client], tx: Transaction) -> list[ClientName]:
    reached = tx.all(query.where(tx.reach.covers(Client.id, tx.now)))
    return [ClientName(client.id, client.display_name, client.registered_at) for client in reached]
