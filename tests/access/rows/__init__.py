"""How each service is filled, by its doors and by what it hears."""

from .intake import fill_intake
from .integration import fill_integration
from .notify import fill_notify
from .sessions import fill_sessions

FILL = {"intake": fill_intake, "sessions": fill_sessions, "integration": fill_integration, "notify": fill_notify}
