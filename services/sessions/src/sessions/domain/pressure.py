"""When a blood pressure stops a visit."""

from dataclasses import dataclass

from shared.clinics import PressureLimit


@dataclass(frozen=True)
class Pressure:
    """One reading in mmHg."""

    systolic: int
    diastolic: int

    @property
    def can_be(self) -> bool:
        """Whether anybody can have it: between beats the pressure is lower, so two equal values are an error too."""
        return self.systolic > self.diastolic

    def reaches(self, limit: PressureLimit) -> bool:
        """Whether either value is at or above the clinic's limit."""
        return self.systolic >= limit.systolic or self.diastolic >= limit.diastolic
