"""What sessions holds about a client."""

from sessions.models import (
    Client,
    Consent,
    Entry,
    EscortLink,
    Medicine,
    Occupied,
    PersonOfClient,
    RedFlag,
    Series,
    Step,
    Visit,
)
from shared.store.holdings import Holding

_TIMES = "Which room and people a visit takes, and when, stands in the visit itself."
_NUMBER = "It says nothing of you, and would tell a clinic where else you are seen."

HOLDINGS = [
    Holding(Entry.client_id, "what happened in your visits", secret=("position",), erased_by="erase_entries"),
    Holding(Occupied.client_id, "what your visits take, and when", withheld=_TIMES),
    Holding(Medicine.client_id, "what other clinics must know of your medicine visits", withheld=_TIMES),
    Holding(Step.client_id, "the places in your series"),
    Holding(EscortLink.client_id, "what whoever takes you home has answered", secret=("key",)),
    Holding(Visit.client_id, "your visits, and who takes you home"),
    Holding(Series.client_id, "your series"),
    Holding(Consent.client_id, "consents, as far as visits depend on them"),
    Holding(RedFlag.client_id, "open and closed flags, as far as visits depend on them"),
    Holding(PersonOfClient.id, "by which number the network knows you", withheld=_NUMBER),
    Holding(Client.id, "your clearance and your name"),
]
