"""Flask, the same in every service: factory, sign-in, policy, problems, doors, health, metrics."""

from shared.web.doors import Doors
from shared.web.factory import create_app
from shared.web.pages import Pages
from shared.web.policy import PUBLIC, Role

__all__ = ["PUBLIC", "Doors", "Pages", "Role", "create_app"]
