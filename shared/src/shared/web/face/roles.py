"""What the roles are called, as people say it."""

from collections.abc import Mapping

from shared.languages import phrase
from shared.web.policy import Role

ROLE_WORDS: Mapping[str, str] = {
    Role.CLIENT: phrase("client"),
    Role.ESCORT: phrase("escort"),
    Role.FRONT_DESK: phrase("front desk"),
    Role.THERAPIST: phrase("therapist"),
    Role.PRESCRIBER: phrase("prescriber"),
    Role.NURSE: phrase("nurse"),
    Role.CLINIC_ADMIN: phrase("clinic admin"),
    Role.MEDICAL_DIRECTOR: phrase("medical director"),
    Role.NETWORK_ADMIN: phrase("network admin"),
    Role.PARTNER: phrase("partner"),
    Role.OPERATOR: phrase("operator"),
}
