"""The ways into a service: the frame admits by them, and the access matrix and its test are made of them."""

import re
from dataclasses import dataclass

from shared.declared import Declared


@dataclass(frozen=True)
class Entrance:
    """One door or page: how it is called, and by which row of the policy somebody may.

    `gathers` says that its address names nobody: it answers with whatever its caller may touch, or is about the caller.
    `form` says that it is only the form of the deed that `may` names, and did not do it.
    """

    method: str
    rule: str
    may: str
    gathers: bool = False
    form: bool = False
    body: type[Declared] | None = None
    query: type[Declared] | None = None

    @property
    def path(self) -> str:
        """Its address as OpenAPI writes it; `/visits/<uuid:visit_id>` is `/visits/{visit_id}`."""
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", self.rule)

    @property
    def arguments(self) -> list[str]:
        """The names in its address, in order; `/visits/<uuid:visit_id>` has `visit_id`."""
        parts = [part for part in self.rule.split("/") if part.startswith("<")]
        return [part.strip("<>").rpartition(":")[2] for part in parts]
