"""Who may do what in sessions. What is not in this table nobody may do."""

from shared.web import Role
from shared.web.policy import CLINIC_STAFF, Policy, allow, whole_clinic

_BOOKING = allow(Role.FRONT_DESK, Role.THERAPIST, Role.PRESCRIBER)
_CLINICIANS = allow(Role.THERAPIST, Role.PRESCRIBER, Role.NURSE)
_STAFF = allow(*CLINIC_STAFF)

POLICY: Policy = {
    "series.plan": allow(Role.THERAPIST, Role.PRESCRIBER),
    "series.read": _STAFF | allow(Role.CLIENT),
    "visit.book": _BOOKING,
    "visit.cancel": _BOOKING,
    # It is about the staff and about no client, so nobody's reach bounds it.
    "staff.busy": whole_clinic(Role.FRONT_DESK, Role.THERAPIST, Role.PRESCRIBER),
    "visit.list": _STAFF | allow(Role.CLIENT),
    "visit.read": _STAFF,
    # The record holds vitals and doses: the front desk sees times and readiness, not these.
    "record.read": _CLINICIANS | allow(Role.MEDICAL_DIRECTOR),
    "escort.ask": allow(Role.FRONT_DESK, Role.NURSE, Role.THERAPIST),
    "escort.confirm": allow(Role.FRONT_DESK, Role.NURSE, Role.THERAPIST),
    "visit.check_in": allow(Role.FRONT_DESK, Role.NURSE),
    "vitals.record": allow(Role.NURSE, Role.PRESCRIBER),
    # A hold is lifted by a prescriber alone, by name and with a reason.
    "hold.decide": allow(Role.PRESCRIBER),
    "dose.order": allow(Role.PRESCRIBER),
    "dose.record": allow(Role.NURSE, Role.PRESCRIBER),
    "visit.discharge": allow(Role.NURSE, Role.PRESCRIBER),
    "visit.complete": allow(Role.THERAPIST),
}
