"""Who may do what in integration. What is not in this table nobody may do; the front desk reads nothing here."""

from shared.web import Role
from shared.web.policy import Policy, allow, whole_clinic

_CLIENT = allow(Role.CLIENT)
_THERAPIST = allow(Role.THERAPIST)
_CARE_TEAM = allow(Role.THERAPIST, Role.PRESCRIBER, Role.NURSE)
# Who may be on call (`shared.clinics.ON_CALL`), for whoever at the clinic has an open red flag: of that alone they see
# something. Which therapists are called beyond their caseload is for the clinic's list to say: `queries.on_call`.
_ON_CALL = whole_clinic(Role.THERAPIST, Role.PRESCRIBER, Role.NURSE, Role.MEDICAL_DIRECTOR)

POLICY: Policy = {
    # A client's own pages: what is next, and the way so far.
    "own.read": _CLIENT,
    # Whom somebody looks after between visits: who is met today, who is quiet, whom somebody must look after.
    "people.read": allow(Role.THERAPIST, Role.PRESCRIBER),
    "intention.set": _CLIENT,
    "intention.read": _CLIENT | _THERAPIST,
    "intention.change": _CLIENT,
    # Whoever may ask for moments gets those that were shared with their role, and never a private one.
    "moment.write": _CLIENT,
    "moment.read": _CLIENT | _CARE_TEAM,
    "moment.share": _CLIENT,
    "moment.remove": _CLIENT,
    # A therapist's own notes. The others of the care team are let in, and then see something only by the client's own
    # authorisation; the desk, who administers, who directs and the client never do.
    "psychotherapy_note.write": _THERAPIST,
    "psychotherapy_note.read": _CARE_TEAM,
    "sensation.place": _CLIENT,
    # Not of private things: whoever may ask gets what was shared with their role.
    "sensation.read": _CLIENT | _THERAPIST,
    "commitment.make": _CLIENT,
    "commitment.read": _CLIENT | _CARE_TEAM,
    "commitment.review": _CLIENT,
    "commitment.share": _CLIENT,
    "practice.choose": _CLIENT,
    "practice.read": _CLIENT | _CARE_TEAM,
    "practice.live": _CLIENT,
    "practice.share": _CLIENT,
    # What both prepare and agree on. The client and their therapist see all of it, and write their own.
    "agenda.read": _CLIENT | _THERAPIST,
    "agenda.write": _CLIENT | _THERAPIST,
    "plan.read": _CLIENT | _CARE_TEAM,
    "plan.propose": _CLIENT | _THERAPIST,
    "plan.agree": _CLIENT | _THERAPIST,
    "session_note.read": _CARE_TEAM,
    "session_note.write": _THERAPIST,
    # Nobody but the client ever reads a letter, or decides when they rest from being asked.
    "letter.write": _CLIENT,
    "letter.open": _CLIENT,
    "life_event.note": _CLIENT,
    "rest.choose": _CLIENT,
    "window.read": _CLIENT | allow(Role.THERAPIST, Role.PRESCRIBER),
    "checkin.answer": _CLIENT,
    "checkin.skip": _CLIENT,
    "checkin.read": _THERAPIST,
    "help.ask": _CLIENT,
    "red_flag.read": _CARE_TEAM,
    # Where the mail to whoever is on call leads. Who has only looked has not said that they are on it.
    "red_flag.look": _ON_CALL,
    "red_flag.acknowledge": _ON_CALL,
    # With what was done, by their name. Whether the medicine may then be given is a prescriber's to decide as ever.
    "red_flag.close": _ON_CALL,
    # Words that a client shared, and that a person is asked to read.
    "words.read": _THERAPIST,
    "measure.answer": _CLIENT | allow(Role.THERAPIST, Role.NURSE),
    # What a clinician judged, or the client answered on paper, typed in: not the client's own, who answers elsewhere.
    "measure.type_in": allow(Role.THERAPIST, Role.NURSE),
    "measure.read": _CLIENT | _CARE_TEAM,
    # What was answered, one by one: to the client and to whoever talks with them about it. Others work with scores.
    "measure.read_answers": _CLIENT | _THERAPIST,
    "measure.skip": _CLIENT,
    "measure.ask": _THERAPIST,
    # Which instruments there are, and with which words they are asked here: about no client.
    "instrument.read": whole_clinic(
        Role.CLIENT,
        Role.THERAPIST,
        Role.PRESCRIBER,
        Role.NURSE,
        Role.CLINIC_ADMIN,
        Role.MEDICAL_DIRECTOR,
    ),
    # The wording of an instrument that the clinic has a permission for: it is about no client.
    "measure_text.read": allow(Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR),
    "measure_text.load": allow(Role.CLINIC_ADMIN),
    # Numbers about many, and about nobody: what is too few is not told.
    "outcomes.read": allow(Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR),
    "outcomes.read_network": whole_clinic(Role.NETWORK_ADMIN),
    "timeline.read": _CLIENT | allow(Role.THERAPIST, Role.PRESCRIBER),
}
