"""What is written from the code: events, rights (at the broker too), what services say and hear, and translations."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

from notify.domain.offering import OFFERED
from notify.pages import FOR_PARTNERS
from notify.published import asyncapi_document
from shared.bus.topology import Topology
from shared.events import catalogue
from shared.events.language import Event, json_schema
from shared.events.rows import Row, form, rows
from shared.service import Service
from stack.access import access_document
from stack.broker import rights_of
from stack.language import hearers, language_now
from stack.services import all_services
from stack.translations import translation_files

_WIDTH = 118
_WHOLE_WORDS: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
_BEGIN, _END = "<!-- generated: says and hears -->", "<!-- end -->"


def documents(repository: Path) -> dict[Path, str]:
    """Every generated document by path, as it should be now."""
    asyncapi = json.dumps(asyncapi_document(language_now()), indent=2, ensure_ascii=False) + "\n"
    docs = repository / "docs"
    written = {
        docs / "events.md": _catalogue(),
        docs / "access.md": access_document(),
        docs / "asyncapi.json": asyncapi,
        docs / "broker.md": _broker(),
        docs / "partners.md": FOR_PARTNERS.read_text(encoding="utf-8"),
    }
    for service in all_services():
        readme = repository / "services" / service.name / "README.md"
        written[readme] = _with_language(readme.read_text(encoding="utf-8"), service)
    return written | translation_files(repository)


def _catalogue() -> str:
    events = sorted(catalogue.values(), key=lambda event: event.name)
    lines = [
        "# Events",
        "",
        "Generated from the declarations in `shared/events` by `make docs`. Every event is a CloudEvent 1.0 of type",
        "`afterglow.{service}.{entity}.{fact}.v{n}` with the extensions `clinicid`, `sequence`, `partitionkey`,",
        "`correlationid` and `causationid`; its routing key is `{clinic}.{service}.{entity}.{fact}.v{n}`.",
        "*Partners* may subscribe where it says so, and are told less: see [partners.md](partners.md). For machines:",
        "[asyncapi.json](asyncapi.json). notify serves the same at `/notify/events/` and `/notify/asyncapi.json`.",
        "",
        "| event | when | heard by |",
        "|---|---|---|",
    ]
    lines += [
        f"| [{event.name}](#{_anchor(event)}) | {event.__doc__} | {', '.join(_hearers(event))} |" for event in events
    ]
    for event in events:
        lines += ["", f"## {event.name} v{event.version}", "", str(event.__doc__), ""]
        lines += [f"About a {event.about}. Heard by {', '.join(_hearers(event)) or 'no service'}.", ""]
        lines += ["| field | form | sensitivity | what it says | example |", "|---|---|---|---|---|"]
        lines += [_row(row) for row in rows(json_schema(event))]
    return "\n".join(lines) + "\n"


def _broker() -> str:
    topology = Topology()
    exchange = topology.events.name
    rights = rights_of(topology)
    lines = [
        "# Users at RabbitMQ",
        "",
        "Generated from `shared/bus/rights.py` by `make docs`. `afterglow provision` gives each user exactly this, and",
        "makes the queues and exchanges: [deploy/README.md](../deploy/README.md#rabbitmq). With an",
        "`AFTERGLOW_BUS_NAMESPACE` the names of queues and exchanges begin with it. All are regular expressions.",
        "",
        "| user | configure | write | read |",
        "|---|---|---|---|",
        *(
            f"| {name} | {_cell(granted.configure)} | {_cell(granted.write)} | {_cell(granted.read)} |"
            for name, granted in rights.items()
        ),
        "",
        f"By topic, at the exchange `{exchange}` (without these every key would be allowed):",
        "",
        "| user | write: what it says | read: whom it hears |",
        "|---|---|---|",
        *(f"| {name} | {_cell(granted.says)} | {_cell(granted.hears)} |" for name, granted in rights.items()),
        "",
        "By hand, where there is no management plugin, after the queues and exchanges were made by an administrator's",
        "`AFTERGLOW_AMQP=… python -m {service} topology` for each service. The topics come first:",
        "",
        "```sh",
    ]
    for name, granted in rights.items():
        lines += [
            f"rabbitmqctl add_user {name}    # asks for the password",
            f"rabbitmqctl set_topic_permissions {name} {exchange} '{granted.says}' '{granted.hears}'",
            f"rabbitmqctl set_permissions {name} '{granted.configure}' '{granted.write}' '{granted.read}'",
        ]
    return "\n".join([*lines, "```"]) + "\n"


def _cell(expression: str) -> str:
    return f"`{expression}`".replace("|", "\\|")


def _row(row: Row) -> str:
    example = row.example if len(row.example) <= 80 else "…"
    return f"| `{row.path}` | {form(row.schema, '`')} | {row.sensitivity} | {row.says} | `{example}` |"


def _anchor(event: type[Event]) -> str:
    return f"{event.name.replace('.', '')}-v{event.version}"


def _hearers(event: type[Event]) -> list[str]:
    return hearers(event.type) + ["*partners*"] * (event in OFFERED)


def _with_language(readme: str, service: Service) -> str:
    says = _listed({event.name for event in catalogue.values() if event.publisher == service.name})
    heard: dict[str, set[str]] = {}
    for type_ in service.handlers.types:
        heard.setdefault(catalogue[type_].publisher, set()).add(catalogue[type_].name)
    hears = "; ".join(f"of {publisher} {_listed(names)}" for publisher, names in sorted(heard.items()))
    lines = [
        _BEGIN,
        *textwrap.wrap(f"**Says** {says}", _WIDTH, **_WHOLE_WORDS),
        "",
        *textwrap.wrap(f"**Hears** {hears or 'nobody'}", _WIDTH, **_WHOLE_WORDS),
        _END,
    ]
    text = "\n".join(lines)
    if _BEGIN not in readme:
        return f"{readme.rstrip()}\n\n{text}\n"
    return re.sub(f"{_BEGIN}.*?{_END}", lambda _: text, readme, flags=re.DOTALL)


def _listed(names: set[str]) -> str:
    """The names without their publisher, which the reader knows."""
    return " ".join(f"`{name.split('.', 1)[1]}`" for name in sorted(names))
