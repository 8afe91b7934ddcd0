"""Typing-error guards of a dose. They say whether a number is plausible; they never say which dose is right."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shared.clinics import DoseGuard
from shared.errors import Refused
from shared.languages import phrase

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class DoseByWeight:
    """A dose in mg and the body weight in kg on which it is judged."""

    dose_mg: Decimal
    weight_kg: Decimal

    @property
    def shown_mg_per_kg(self) -> Decimal:
        """mg/kg with two decimals, for people; comparisons use the exact products."""
        return (self.dose_mg / self.weight_kg).quantize(_HUNDREDTH, ROUND_HALF_UP)

    def exceeds(self, mg_per_kg: Decimal) -> bool:
        return self.dose_mg > mg_per_kg * self.weight_kg

    def undercuts(self, mg_per_kg: Decimal) -> bool:
        return self.dose_mg < mg_per_kg * self.weight_kg


def check_plausible(dose: DoseByWeight, guard: DoseGuard, *, confirmed_by: str | None, given_by: str) -> None:
    """Refuse what is above the hard limit, and what is outside the usual range unless a second person confirms it."""
    facts = {
        "dose_mg": str(dose.dose_mg),
        "weight_kg": str(dose.weight_kg),
        "mg_per_kg": str(dose.shown_mg_per_kg),
        "route": guard.route.value,
    }
    if dose.exceeds(guard.hard_high):
        raise Refused(
            "dose_above_hard_limit",
            phrase(
                "{given} mg/kg is above this clinic's limit of {limit} mg/kg for {route}. "
                "Check the number and the unit.",
                given=dose.shown_mg_per_kg,
                limit=guard.hard_high,
                route=guard.route.value,
            ),
            facts=facts | {"limit_mg_per_kg": str(guard.hard_high)},
        )
    unusual = dose.exceeds(guard.soft_high) or dose.undercuts(guard.soft_low)
    if unusual and confirmed_by in (None, given_by):
        raise Refused(
            "second_person_missing",
            phrase(
                "{given} mg/kg is outside {low} to {high} mg/kg for {route}: a second person must confirm the number.",
                given=dose.shown_mg_per_kg,
                low=guard.soft_low,
                high=guard.soft_high,
                route=guard.route.value,
            ),
            facts=facts | {"usual_from": str(guard.soft_low), "usual_to": str(guard.soft_high)},
        )
