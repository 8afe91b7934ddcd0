"""Is this a FHIR R4 resource at all? The official JSON schema, plus the rules that it cannot express."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema_rs

MOST_FAULTS = 20  # Enough to mend a resource by; a hostile one shall not buy a megabyte of answer.
CHOICE = re.compile(r"value[A-Z]")


Fault = dict[str, str]
"""One thing wrong: `path` is a JSON Pointer into the resource ("" is the whole), `message` a sentence.

The sentence never repeats what a client answered.
"""


def fault(path: str, message: str) -> Fault:
    """A fault in the form in which an API caller is shown it."""
    return {"path": path, "message": message}


def faults(resource_type: str, resource: Mapping[str, Any]) -> list[Fault]:
    """What keeps this from being read safely as an R4 `resource_type`: the first 20 faults, [] when none.

    Beyond the schema: at most one value[x] in each element, and nothing that FHIR says must be understood but
    is not understood here (`modifierExtension`, `implicitRules`).
    """
    try:
        broken = [
            fault("".join(f"/{step}" for step in error.instance_path), _sentence(error.message))
            for error in islice(_validator(resource_type).iter_errors(dict(resource)), MOST_FAULTS)
        ]
    except ValueError:
        return [fault("", "The resource must be made of JSON values alone.")]
    return broken or list(islice(_beyond_the_schema(resource), MOST_FAULTS))


@cache
def _validator(resource_type: str) -> Any:
    schema = json.loads((files("shared.measures") / "data" / "fhir_r4_subset.schema.json").read_bytes())
    # The mask keeps what a client wrote out of messages, which may reach a log.
    return jsonschema_rs.Draft6Validator(
        {**schema, "$ref": f"#/definitions/{resource_type}"}, mask="The value", offline=True
    )


def _sentence(message: str) -> str:
    return message if message.endswith(".") else f"{message}."


def _beyond_the_schema(resource: Mapping[str, Any]) -> Iterator[Fault]:
    # A stack and not recursion: how deep a resource nests is up to its sender.
    waiting: list[tuple[str, Any]] = [("", resource)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, list):
            waiting.extend((f"{path}/{index}", child) for index, child in enumerate(node))
        elif isinstance(node, Mapping):
            values = [name for name in node if CHOICE.match(name)]
            if len(values) > 1:
                yield fault(path, f"Only one value[x] is allowed, not {' and '.join(sorted(values))}.")
            for name in ("modifierExtension", "implicitRules"):
                if name in node:
                    yield fault(
                        f"{path}/{name}",
                        f"{name} may change the meaning, and is not understood here.",
                    )
            waiting.extend((f"{path}/{name}", child) for name, child in node.items())
