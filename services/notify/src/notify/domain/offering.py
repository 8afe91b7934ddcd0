"""What partners may be told: which events, which of their fields, and nothing that is not listed here."""

import itertools
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields

from shared.declared import Sensitivity
from shared.events import catalogue, intake, sessions
from shared.events import integration as inner
from shared.events.language import Event

OFFERED: tuple[type[Event], ...] = (
    intake.ClientRegistered,
    intake.ClientUpdated,
    intake.ScreeningSubmitted,
    intake.ScreeningFlagged,
    intake.ClearanceDecided,
    intake.ClearanceExpiring,
    intake.ClearanceExpired,
    intake.ConsentGranted,
    intake.ConsentWithdrawn,
    sessions.SeriesPlanned,
    sessions.AppointmentBooked,
    sessions.AppointmentCancelled,
    sessions.EscortConfirmed,
    sessions.EscortDeclined,
    sessions.SessionCheckedIn,
    sessions.SessionHeld,
    sessions.SessionDosed,
    sessions.SessionDischarged,
    sessions.SessionCompleted,
    inner.MeasureScored,
)

NEVER_OFFERED: tuple[type[Event], ...] = (
    # The inner work between visits belongs to the client; that it happens at all is nobody else's to know.
    inner.IntentionSet,
    inner.IntentionChanged,
    inner.WindowOpened,
    inner.CheckInDue,
    inner.CheckInCompleted,
    inner.CheckInMissed,
    inner.CheckInSkipped,
    inner.RestBegun,
    inner.RestEnded,
    inner.EntryShared,
    inner.CommitmentMade,
    inner.CommitmentReviewed,
    inner.InvitationDue,
    inner.MeasureDue,
    inner.WordsToRead,
    # Who looks after a client, or looked into their record, is between the client and the clinic. A partner is told
    # nothing more about somebody who is erased; what it has it holds under its own duties.
    intake.CaseloadJoined,
    intake.CaseloadLeft,
    intake.GlassBroken,
    intake.ClientErased,
    # What the law wants to be allowed by itself is between the client and the clinic; a partner that is allowed more
    # is told more, and not that it is.
    intake.AuthorisationGranted,
    intake.AuthorisationWithdrawn,
    # When somebody signs in concerns nobody.
    intake.SignInAsked,
    # A cry for help goes to the people who answer it, not to a partner's system.
    inner.RedFlagRaised,
    inner.RedFlagRaisedV2,
    inner.RedFlagAcknowledged,
    inner.RedFlagSaidAgain,
    inner.RedFlagClosed,
)

WITHHELD = frozenset({"person"})
"""Fields that no scope opens: by `person`, partners of two clinics could tell that both care for one human."""

_OFFERED_NAMES = {event.name: event for event in OFFERED}


class Scope(StrEnum):
    """How much a subscription may be told."""

    SUMMARY = "summary"
    CLINICAL = "clinical"
    CONTACT = "contact"


_OPENS = {
    Scope.SUMMARY: {Sensitivity.OPEN},
    Scope.CLINICAL: {Sensitivity.OPEN, Sensitivity.CLINICAL},
    Scope.CONTACT: {Sensitivity.OPEN, Sensitivity.IDENTIFYING},
}

# Attributes of a CloudEvent that a partner gets. The schema is not named, because stripped data may not satisfy it;
# causes are not named, because one request may have touched other clients as well.
_ATTRIBUTES = (
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "clinicid",
    "sequence",
    "partitionkey",
)


def offered(name: str) -> type[Event] | None:
    """The event that is meant by `intake.clearance.decided` or `clearance.decided`; None where it is not offered."""
    if name in _OFFERED_NAMES:
        return _OFFERED_NAMES[name]
    return next((event for event in OFFERED if event.name.partition(".")[2] == name), None)


def scopes_for(sensitivity: Sensitivity | str | None, name: str = "") -> list[Scope]:
    """The scopes of which each alone opens a field of that sensitivity and name; none for what no partner is told."""
    if name in WITHHELD:
        return []
    return [scope for scope, opened in _OPENS.items() if sensitivity in opened]


def concerns(event: Event, partner: str) -> bool:
    """Whether a partner may hear of this event at all: with whom else a client shares is not theirs to know."""
    return getattr(event, "partner", None) in (None, partner)


def partner_view(cloudevent: Mapping[str, Any], scopes: Iterable[Scope], *, part2: bool = False) -> dict[str, Any]:
    """The CloudEvent as a partner gets it: no field, at any depth, that is not opened by one of the scopes.

    Fields that this release does not know are left out. No scope opens what falls under 42 CFR Part 2 by itself: the
    clinical one does where the client's own authorisation names this partner (`part2`).
    """
    wanted = set(scopes)
    opened = set(itertools.chain.from_iterable(_OPENS[scope] for scope in wanted))
    if part2 and Scope.CLINICAL in wanted:
        opened.add(Sensitivity.PART2)
    schema = catalogue[cloudevent["type"]].schema()
    shown = {name: cloudevent[name] for name in _ATTRIBUTES if name in cloudevent}
    return shown | {"data": _strip(schema, cloudevent["data"], opened)}


def _strip(schema: Schema, data: Mapping[str, Any], opened: set[Sensitivity]) -> dict[str, Any]:
    return {
        name: _strip_value(declared, data[name], opened)
        for name, declared in schema.fields.items()
        if name in data and name not in WITHHELD and declared.metadata.get("x-sensitivity") in opened
    }


def _strip_value(declared: fields.Field[Any], value: Any, opened: set[Sensitivity]) -> Any:
    if value is None:
        return None
    if isinstance(declared, fields.List):
        return [_strip_value(declared.inner, item, opened) for item in value]
    if isinstance(declared, fields.Dict) and declared.value_field is not None:
        return {key: _strip_value(declared.value_field, item, opened) for key, item in value.items()}
    if isinstance(declared, fields.Nested):
        return _strip(declared.schema, value, opened)
    return value
