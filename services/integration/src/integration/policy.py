"""Who may do what in integration. What is not in this table nobody may do; the front desk reads nothing here."""

from shared.web import Role
from shared.web.policy import Policy, allow

_CLIENT = allow(Role.CLIENT)
_THERAPIST = allow(Role.THERAPIST)
_CARE_TEAM = allow(Role.THERAPIST, Role.PRESCRIBER, Role.NURSE)

POLICY: Policy = {
    # A client's own pages: what is next, and the way so far.
    "own.read": _CLIENT,
    # Whom somebody looks after between visits: who is met today, who is quiet, whom somebody must look after.
    "people.read": allow(Role.THERAPIST, Role.PRESCRIBER),
    "intention.set": _CLIENT,
    "intention.read": _CLIENT | _THERAPIST,
    # Whoever may ask for moments gets those that were shared with their role, and never a private one.
    "moment.write": _CLIENT,
    "moment.read": _CLIENT | _CARE_TEAM,
    "moment.share": _CLIENT,
    # A therapist's own notes. The others of the care team are let in, and then see something only by the client's own
    # authorisation; the desk, who administers, who directs and the client never do.
    "psychotherapy_note.write": _THERAPIST,
    "psychotherapy_note.read": _CARE_TEAM,
    "sensation.place": _CLIENT,
    "commitment.make": _CLIENT,
    "window.read": _CLIENT | allow(Role.THERAPIST, Role.PRESCRIBER),
    "checkin.answer": _CLIENT,
    "help.ask": _CLIENT,
    "red_flag.read": _CARE_TEAM,
    "red_flag.close": allow(Role.THERAPIST, Role.PRESCRIBER),
    "measure.answer": _CLIENT | allow(Role.THERAPIST, Role.NURSE),
    "measure.read": _CLIENT | _CARE_TEAM,
    "timeline.read": _CLIENT | allow(Role.THERAPIST, Role.PRESCRIBER),
}
