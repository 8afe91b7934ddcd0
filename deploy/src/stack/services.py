"""The system on one page: every service, who hears whom, and what it is for."""

from importlib import import_module

from shared.service import Service

NAMES = ("intake", "sessions", "integration", "notify")


def all_services() -> list[Service]:
    """The four services, in the order of a client's way through them."""
    return [import_module(f"{name}.app").service for name in NAMES]
