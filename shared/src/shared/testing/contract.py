"""Holding a service to its OpenAPI document: every door is called with what the document allows and what it forbids.

Each door is called as those who may, and as nobody; with its golden sample, with bodies that schemathesis makes from
the document, and with samples of which one field was made so. Ids that exist are mixed in: without them everything ends
at 404. A fault is an answer that the document does not have (5xx, another status, media type or body).
"""

import os
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text

from shared.testing.bench import Bench
from shared.web.described import CLINIC_HEADER
from shared.web.entrances import Entrance
from shared.web.factory import COMMON, COMMON_DOORS
from shared.web.policy import PUBLIC

Case = schemathesis.Case[Any]

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@dataclass
class Contract:
    """What a service's document promises, tried out on the bench.

    `ids` are those that exist at Maple, by the name under which addresses and bodies have them; the first `client_id`
    is also who the client is. `broken` are the promises that were not kept, `statuses` what each door has answered.
    """

    bench: Bench
    ids: Mapping[str, Sequence[Any]]
    examples: int = int(os.environ.get("FUZZ_EXAMPLES", "8"))
    seed: int = int(os.environ.get("FUZZ_SEED", "1"))
    requests: int = 0
    broken: list[str] = field(default_factory=list)
    statuses: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def with_what_is_there(cls, bench: Bench, *, tables: Mapping[str, str], **ids: Sequence[Any]) -> "Contract":
        """A contract with the ids in these tables, by the names under which addresses have them, and with some more."""
        known = dict(ids)
        with bench.owner.connect() as connection:
            for name, table in ({"event_id": "inbox_event", "timer_id": "timer"} | dict(tables)).items():
                query = f"select id from {table} where clinic = 'maple' order by id limit 5"  # nosec B608 # of a test.
                known[name] = connection.scalars(text(query)).all()
        return cls(bench, {name: values for name, values in known.items() if values})

    def try_out(self) -> None:
        """Call every door."""
        service = self.bench.service
        document = schemathesis.openapi.from_wsgi(f"/{service.name}/openapi.json", self.bench.app)
        doors = [entrance for doors in (*service.doors, *COMMON_DOORS) for entrance in doors.entrances.values()]
        assert len(doors) == len(list(document.get_all_operations()))
        for entrance in doors:
            self._try_door(entrance, document[f"/{service.name}{entrance.path}"][entrance.method])

    def _try_door(self, entrance: Entrance, operation: Any) -> None:
        made = st.one_of(*(operation.as_strategy(mode) for mode in GenerationMode))

        @seed(self.seed)
        @settings(
            max_examples=self.examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=made, data=st.data())
        def call(case: Case, data: st.DataObject) -> None:
            self._settle_body(case, entrance, data)
            self._settle_ids(case, data)
            case.headers.pop(CLINIC_HEADER, None)
            if "If-Match" in case.headers and data.draw(st.booleans()):
                case.headers["If-Match"] = '"1"'
            self._call(case, entrance, data.draw(st.sampled_from(self._callers(entrance))))

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call()

    def _settle_body(self, case: Case, entrance: Entrance, data: st.DataObject) -> None:
        """Half of the bodies are the golden sample, with one field as it was made, or none."""
        if entrance.body is None or data.draw(st.booleans()):
            return
        sample = entrance.body.sample_data()
        if isinstance(case.body, dict) and case.body and data.draw(st.booleans()):
            name = data.draw(st.sampled_from(sorted(case.body)))
            sample[name] = case.body[name]
        case.body, case.media_type = sample, "application/json"

    def _settle_ids(self, case: Case, data: st.DataObject) -> None:
        for values in (case.path_parameters, case.body):
            if isinstance(values, dict):
                for name in sorted(values.keys() & self.ids.keys()):
                    if data.draw(st.integers(0, 5)):
                        values[name] = str(data.draw(st.sampled_from(self.ids[name])))

    def _callers(self, entrance: Entrance) -> list[str | None]:
        """Who may, often, and now and then nobody."""
        if entrance.may == PUBLIC:
            return [None]
        may = (COMMON | self.bench.service.policy)[entrance.may]
        return [*sorted(may), *sorted(may), None]

    def _call(self, case: Case, entrance: Entrance, role: str | None) -> None:
        bench = self.bench
        client = self.ids["client_id"][0] if role == "client" else None
        headers = dict(bench.as_(role, client_id=client).headers) if role else {}
        response = case.call(headers=headers)
        door = f"{entrance.method} {entrance.path}"
        self.requests += 1
        self.statuses[door].add(response.status_code)
        # An id that is none leads nowhere, and nobody is asked who they are there.
        if role is None and entrance.may != PUBLIC and response.status_code not in (401, 404):
            self._note(door, case, response, "nobody was let in")
        try:
            case.validate_response(response, checks=list(_CHECKS))
        except FailureGroup as group:
            for failure in group.exceptions:
                self._note(door, case, response, str(failure) if isinstance(failure, Failure) else repr(failure))

    def _note(self, door: str, case: Case, response: Any, what: str) -> None:
        sent = {"path": case.path_parameters, "query": case.query, "headers": case.headers, "body": case.body}
        self.broken.append(f"{door}: {response.status_code} {what}\n  {sent}\n  {response.text[:300]}")

    def __str__(self) -> str:
        succeeded = [door for door, statuses in self.statuses.items() if min(statuses) < 300]
        return (
            f"contract of {self.bench.service.name}: {len(self.statuses)} doors, {self.requests} requests, "
            f"{len(succeeded)} doors also with success, {len(self.broken)} broken promises"
        )
