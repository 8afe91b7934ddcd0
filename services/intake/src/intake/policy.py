"""Who may do what at intake. What is not in this table nobody may do."""

from shared.web import Role
from shared.web.policy import Policy, allow, whole_clinic

# Answers, flags and findings are clinical: the front desk sees who waits and who is cleared, and nothing of why.
_DESK = allow(Role.FRONT_DESK, Role.CLINIC_ADMIN)
_CLINICIANS = allow(Role.THERAPIST, Role.PRESCRIBER, Role.NURSE)
_CLIENT = allow(Role.CLIENT)
_DIRECTOR = allow(Role.MEDICAL_DIRECTOR)
# Who works across the network reads a record that they have opened with a reason, and no other.
_NETWORK = allow(Role.NETWORK_ADMIN)
_STAFF = whole_clinic(*(role for role in Role if role not in (Role.CLIENT, Role.ESCORT, Role.PARTNER)))

POLICY: Policy = {
    "home.read": allow(*Role),
    "sign_ins.read": allow(*Role),
    "sign_ins.end": allow(*Role),
    "inquiry.read": _DESK,
    "inquiry.erase": allow(Role.CLINIC_ADMIN),
    "client.register": _DESK,
    "client.read": _CLIENT | _DESK | _CLINICIANS | _DIRECTOR | _NETWORK,
    "client.correct": _DESK,
    "screening_form.read": _CLIENT | _CLINICIANS | _DIRECTOR,
    "screening.submit": _CLIENT | _CLINICIANS,
    "screening.queue": allow(Role.PRESCRIBER, Role.NURSE) | _DIRECTOR,
    # Of the use of substances (42 CFR Part 2) therapists and the director see what the client allows: domain/part2.py.
    "screening.read": _CLINICIANS | _DIRECTOR | _NETWORK,
    # Deciding on a clearance is a prescriber's alone: not the director's, and never the software's.
    "clearance.decide": allow(Role.PRESCRIBER),
    "clearance.read": _CLIENT | _CLINICIANS | _NETWORK | allow(Role.FRONT_DESK),
    # Nobody consents, or takes a consent back, in a client's name.
    "consent.grant": _CLIENT,
    "consent.withdraw": _CLIENT,
    "consent.read": _CLIENT | _CLINICIANS | _NETWORK | allow(Role.CLINIC_ADMIN),
    "caseload.own": allow(Role.THERAPIST),
    "caseload.read": _CLIENT | _DESK | _CLINICIANS | _DIRECTOR | _NETWORK,
    "caseload.change": _DESK,
    # Whoever opens a record does not reach it yet, so this reaches the whole clinic; who need not is told so.
    "record.open": whole_clinic(Role.THERAPIST, Role.NETWORK_ADMIN, Role.PRESCRIBER, Role.NURSE, Role.MEDICAL_DIRECTOR),
    "opening.read": _CLIENT | allow(Role.CLINIC_ADMIN) | _DIRECTOR,
    # Nobody erases alone; that the two are two is the command's to see to.
    "erasure.request": allow(Role.CLINIC_ADMIN),
    "erasure.read": allow(Role.CLINIC_ADMIN) | _DIRECTOR,
    "erasure.confirm": allow(Role.CLINIC_ADMIN) | _DIRECTOR,
    "clinic.read": _STAFF,
    "clinic.change": allow(Role.CLINIC_ADMIN),
    # Whoever proposes clinical rules is not who approves them; that the two are two is the command's to see to.
    "rules.propose": allow(Role.CLINIC_ADMIN) | _DIRECTOR,
    "rules.approve": _DIRECTOR,
}
