"""`afterglow clinic …`: what `python -m intake clinic …` does, for whoever operates the whole platform."""

from contextlib import AbstractContextManager
from pathlib import Path

from intake.clinics.command_line import Place, clinic_commands
from shared.store import Store
from stack.completing import complete_clinics
from stack.databases import data_option, open_store
from stack.deciding import by_option


def _intake(data: Path) -> AbstractContextManager[Store]:
    return open_store("intake", data)


clinic = clinic_commands(Place(_intake, by=by_option, options=[data_option], complete_clinic=complete_clinics))
