"""When a blood pressure stops a visit."""

from dataclasses import dataclass

from shared.clinics import PressureLimit


@dataclass(frozen=True)
class Pressure:
    """One reading in mmHg."""

    systolic: int
    diastolic: int

    def reaches(self, limit: PressureLimit) -> bool:
        """Whether either value is at or above the clinic's limit."""
        return self.systolic >= limit.systolic or self.diastolic >= limit.diastolic
