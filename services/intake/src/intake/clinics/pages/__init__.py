"""Pages of a clinic's settings: what is in force, since when and by whom; what is to change, and who decides on it."""

from intake.clinics.pages import changing, deciding, reading
from intake.clinics.pages.showing import clinic_pages

__all__ = ["changing", "clinic_pages", "deciding", "reading"]
