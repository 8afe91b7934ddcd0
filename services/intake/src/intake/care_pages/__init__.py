"""Pages about one client: who looks after them, who opened their record, what they agreed to, and their erasure."""

from intake.care_pages import agreements, clients, erasures, openings
from intake.care_pages.showing import care

__all__ = ["agreements", "care", "clients", "erasures", "openings"]
