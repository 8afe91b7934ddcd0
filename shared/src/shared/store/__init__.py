"""What happens in one transaction: rows, events, timers, audit line, and the marks that make it happen once."""

from shared.store.clinics import keep_clinic
from shared.store.database import make_engine
from shared.store.tables import ROW_TYPES
from shared.store.timers import Timers
from shared.store.transaction import Actor, Store, Transaction

__all__ = ["ROW_TYPES", "Actor", "Store", "Timers", "Transaction", "keep_clinic", "make_engine"]
