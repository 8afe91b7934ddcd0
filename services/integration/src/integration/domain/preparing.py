"""What a client does before and after a medicine visit, by the rules of their clinic, at exact instants."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.clinics import NoDriveRule
from shared.clinics.rules import RuleSet


@dataclass(frozen=True)
class Preparing:
    """From when on, and for how long. None: the clinic's rules say nothing about it, or ask for nothing.

    `fasting_said` tells a clinic that asks for no fast from one that has decided nothing. That somebody takes the
    client home is no rule of a clinic: no medicine visit starts without.
    """

    fasting_said: bool
    no_food_from: datetime | None
    no_drinks_from: datetime | None
    companion_hours: int | None
    no_drive_rule: NoDriveRule | None
    no_drive_hours: int | None


def preparing(starts_at: datetime, rules: RuleSet) -> Preparing:
    """What the rules ask for around a medicine visit. Hours are hours, whatever the clocks do in that night."""
    fasting, driving, home = rules.fasting, rules.driving, rules.going_home
    return Preparing(
        fasting_said=fasting is not None,
        no_food_from=_before(starts_at, fasting.fast_solids_h) if fasting else None,
        no_drinks_from=_before(starts_at, fasting.fast_clear_h) if fasting else None,
        companion_hours=home.companion_hours if home else None,
        no_drive_rule=driving.no_drive_rule if driving else None,
        no_drive_hours=driving.no_drive_h if driving else None,
    )


def _before(starts_at: datetime, hours: int) -> datetime | None:
    return starts_at.astimezone(UTC) - timedelta(hours=hours) if hours else None
