"""What the audit has in codes, in words: who, in which role, did what, with what outcome, on which grounds.

A service's own code says what may be done there; what it is called is said here for all of them, as where people go is
in `face.places`. What this release has no words for is shown as the code that it is.
"""

from collections.abc import Mapping

from shared.languages import Reader, phrase
from shared.web.face.roles import ROLE_WORDS

ABOUT_WORDS: Mapping[str, str] = {
    "intake": phrase("becoming a client"),
    "sessions": phrase("visits"),
    "integration": phrase("the time between visits"),
    "notify": phrase("messages and partners"),
}

ACTION_WORDS: Mapping[str, str] = {
    "accounting.read": phrase("saw who saw a record"),
    "agenda.read": phrase("read what is to be talked about"),
    "agenda.write": phrase("wrote down what to talk about"),
    "audit.search": phrase("searched the audit"),
    "caseload.change": phrase("changed who looks after a client"),
    "caseload.own": phrase("saw their own clients"),
    "caseload.read": phrase("saw who looks after a client"),
    "changes.follow": phrase("was told that something is new"),
    "checkin.answer": phrase("answered a check-in"),
    "checkin.read": phrase("read what was said in check-ins"),
    "checkin.skip": phrase("skipped a check-in"),
    "clearance.decide": phrase("decided on a clearance"),
    "clearance.read": phrase("read a clearance"),
    "client.correct": phrase("corrected who a client is"),
    "client.erase": phrase("erased a client"),
    "client.read": phrase("read who a client is"),
    "client.register": phrase("registered a client"),
    "clinic.change": phrase("changed the clinic’s settings"),
    "clinic.read": phrase("read the clinic’s settings"),
    "commitment.make": phrase("wrote down what to do"),
    "commitment.read": phrase("read commitments"),
    "commitment.review": phrase("looked back at a commitment"),
    "commitment.share": phrase("shared a commitment"),
    "consent.grant": phrase("agreed to something"),
    "consent.read": phrase("read agreements"),
    "consent.withdraw": phrase("took an agreement back"),
    "delivery.attempt": phrase("sent to a partner"),
    "delivery.retry": phrase("had deliveries to a partner tried again"),
    "dose.order": phrase("ordered a dose"),
    "dose.record": phrase("recorded a dose"),
    "erasure.confirm": phrase("confirmed an erasure"),
    "erasure.read": phrase("read of an erasure"),
    "erasure.request": phrase("asked for an erasure"),
    "escort.ask": phrase("asked an escort"),
    "escort.confirm": phrase("answered as an escort"),
    "help.ask": phrase("asked for help"),
    "history.read": phrase("read what was told about a client"),
    "hold.decide": phrase("decided on a hold"),
    "home.read": phrase("opened their first page"),
    "inbox.decide": phrase("decided on an event that waited"),
    "inbox.discard": phrase("discarded an event"),
    "inbox.read": phrase("looked at what waits"),
    "inbox.retry": phrase("had an event tried again"),
    "inbox.skip": phrase("passed an event over"),
    "inquiry.erase": phrase("erased an inquiry"),
    "inquiry.read": phrase("read inquiries"),
    "instrument.read": phrase("saw which questionnaires there are"),
    "intention.change": phrase("changed an intention"),
    "intention.read": phrase("read intentions"),
    "intention.set": phrase("set an intention"),
    "letter.open": phrase("opened a letter to themselves"),
    "letter.write": phrase("wrote a letter to themselves"),
    "life_event.note": phrase("noted a day that matters"),
    "measure.answer": phrase("answered a questionnaire"),
    "measure.ask": phrase("asked for a questionnaire"),
    "measure.read": phrase("read questionnaires"),
    "measure.read_answers": phrase("read what was answered in a questionnaire"),
    "measure.skip": phrase("skipped a questionnaire"),
    "measure.type_in": phrase("typed in a questionnaire"),
    "measure_text.load": phrase("loaded the text of a questionnaire"),
    "measure_text.read": phrase("saw which questionnaires have a text"),
    "message.attend": phrase("sent a message"),
    "message.read": phrase("saw which messages were sent"),
    "moment.read": phrase("read moments"),
    "moment.remove": phrase("removed a moment"),
    "moment.share": phrase("shared a moment"),
    "moment.write": phrase("wrote a moment"),
    "opening.read": phrase("saw who opened a record with a reason"),
    "outcomes.read": phrase("saw outcomes of the clinic"),
    "outcomes.read_network": phrase("saw outcomes of the network"),
    "own.read": phrase("read their own pages"),
    "people.read": phrase("saw what changed for their people"),
    "plan.agree": phrase("agreed to a plan"),
    "plan.propose": phrase("proposed a plan"),
    "plan.read": phrase("read a plan"),
    "practice.choose": phrase("chose a practice"),
    "practice.live": phrase("wrote down that a practice was lived"),
    "practice.read": phrase("read practices"),
    "practice.share": phrase("shared a practice"),
    "psychotherapy_note.read": phrase("read a psychotherapy note"),
    "psychotherapy_note.write": phrase("wrote a psychotherapy note"),
    "record.export": phrase("read the whole record"),
    "record.open": phrase("opened a record with a reason"),
    "record.read": phrase("read a session’s record"),
    "red_flag.acknowledge": phrase("said that they are on a red flag"),
    "red_flag.close": phrase("closed a red flag"),
    "red_flag.look": phrase("looked at who calls for somebody"),
    "red_flag.read": phrase("read red flags"),
    "refused.heard": phrase("called for somebody, in what was refused"),
    "rest.choose": phrase("chose when to be asked nothing"),
    "rules.approve": phrase("approved clinical rules"),
    "rules.propose": phrase("proposed clinical rules"),
    "screening.queue": phrase("saw the review queue"),
    "screening.read": phrase("read a screening"),
    "screening.submit": phrase("submitted a screening"),
    "screening_form.read": phrase("opened the screening form"),
    "sensation.place": phrase("placed a sensation"),
    "sensation.read": phrase("read the body map"),
    "series.plan": phrase("planned a series"),
    "series.read": phrase("read a series"),
    "session_note.read": phrase("read notes of conversations"),
    "session_note.write": phrase("wrote a note of a conversation"),
    "sign_in.ask": phrase("asked for a link to sign in"),
    "sign_in.begin": phrase("signed in"),
    "sign_in.end": phrase("signed out"),
    "sign_in.end_by_provider": phrase("was signed out by the provider"),
    "sign_in.link_seen": phrase("opened a link to sign in"),
    "sign_in.link_used": phrase("signed in by a link"),
    "sign_in.refused": phrase("was not let sign in"),
    "sign_ins.end": phrase("ended a sign-in elsewhere"),
    "sign_ins.read": phrase("saw where they are signed in"),
    "staff.busy": phrase("saw when staff are busy"),
    "subscription.manage": phrase("changed a partner’s subscription"),
    "subscription.read": phrase("read what partners are told"),
    "timeline.read": phrase("read the timeline"),
    "timers.cancel": phrase("cancelled a timer"),
    "timers.decide": phrase("decided on a timer"),
    "timers.read": phrase("looked at timers"),
    "timers.retry": phrase("had a timer fire again"),
    "visit.book": phrase("booked a visit"),
    "visit.cancel": phrase("cancelled a visit"),
    "visit.check_in": phrase("checked a client in"),
    "visit.complete": phrase("completed a visit"),
    "visit.discharge": phrase("discharged a client"),
    "visit.list": phrase("looked at the calendar"),
    "visit.read": phrase("read a visit"),
    "vitals.record": phrase("recorded vitals"),
    "window.read": phrase("read windows of integration"),
    "words.read": phrase("read words that a person was asked to read"),
}

OUTCOME_WORDS: Mapping[str, str] = {
    "done": phrase("Done"),
    "shown": phrase("Only saw the form"),
    "repeated": phrase("Sent again, done once"),
    "refused": phrase("Was told to mend it"),
    "denied": phrase("Was not let in"),
}
OUTCOME_TONES: Mapping[str, str] = {"refused": "attention", "denied": "attention"}

_GROUND_WORDS: Mapping[str, str] = {
    "role": phrase("works at the clinic"),
    "own": phrase("it is their own"),
    "caseload": phrase("looks after the client"),
    "on_call": phrase("is on call while somebody needs a person"),
    "link": phrase("takes the client home, and was sent a link"),
}


def action_in_words(action: str, reads: Reader) -> str:
    """What was done, as the end of a sentence that begins with who did it."""
    return reads.say(ACTION_WORDS.get(action, action))


def roles_in_words(roles: str, reads: Reader) -> str:
    """The roles, which the audit keeps with spaces between them."""
    return reads.listed(reads.say(ROLE_WORDS.get(role, role)) for role in roles.split())


def grounds_in_words(grounds: str | None, reads: Reader, *, own: bool = False) -> str:
    """On what somebody could do it; empty where nothing was needed. `own`: the client reads about themselves."""
    if grounds is None:
        return ""
    if grounds.startswith("opened:"):
        return reads.say(phrase("opened the record with a reason"))
    if grounds == "own" and own:
        return reads.say(phrase("it is your own"))
    return reads.say(_GROUND_WORDS.get(grounds, grounds))


def actor_in_words(actor: str, reads: Reader) -> str | None:
    """What of the platform acted by itself, or who on its command line; None for people of a clinic."""
    kind, _, which = actor.partition(":")
    if kind == "event" and which in ABOUT_WORDS:
        return reads.say(phrase("Afterglow, at news from {service}"), service=which.capitalize())
    if actor == "timer" or actor in ABOUT_WORDS:
        return reads.say(phrase("Afterglow by itself"))
    if kind == "operator" and which:
        return reads.say(phrase("{name}, on the command line"), name=which)
    return None
