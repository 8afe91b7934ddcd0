"""The documents that are written from the code: the event catalogue, and what each service says and hears."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

from shared.declared import declared_fields
from shared.events import catalogue
from shared.events.language import Event
from shared.service import Service
from stack.services import all_services

_WIDTH = 118
_WHOLE_WORDS: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
_BEGIN, _END = "<!-- generated: says and hears -->", "<!-- end -->"


def documents(repository: Path) -> dict[Path, str]:
    """Every generated document by path, as it should be now."""
    written = {repository / "docs" / "events.md": _catalogue()}
    for service in all_services():
        readme = repository / "services" / service.name / "README.md"
        written[readme] = _with_language(readme.read_text(encoding="utf-8"), service)
    return written


def _catalogue() -> str:
    events = sorted(catalogue.values(), key=lambda event: event.name)
    lines = [
        "# Events",
        "",
        "Generated from the declarations in `shared/events` by `make docs`. Every event is a CloudEvent 1.0 with the",
        "extensions `clinicid`, `sequence`, `partitionkey`, `correlationid` and `causationid`; its routing key is",
        "`{clinic}.{service}.{entity}.{fact}.v{n}`.",
        "",
        "| event | when | heard by |",
        "|---|---|---|",
    ]
    lines += [
        f"| [{event.name}](#{_anchor(event)}) | {event.__doc__} | {', '.join(_hearers(event))} |" for event in events
    ]
    for event in events:
        lines += ["", f"## {event.name} v{event.version}", "", str(event.__doc__), ""]
        lines += [f"About a {event.about}. Heard by {', '.join(_hearers(event)) or 'partners only'}.", ""]
        lines += ["| field | sensitivity | what it says | example |", "|---|---|---|---|"]
        for name, spec in declared_fields(event).items():
            example = json.dumps(spec.metadata["example"], ensure_ascii=False)
            short = example if len(example) <= 80 else "…"
            sensitivity = spec.metadata["sensitivity"].value
            lines.append(f"| `{name}` | {sensitivity} | {spec.metadata['description']} | `{short}` |")
    return "\n".join(lines) + "\n"


def _anchor(event: type[Event]) -> str:
    return f"{event.name.replace('.', '')}-v{event.version}"


def _hearers(event: type[Event]) -> list[str]:
    return [service.name for service in all_services() if service.handlers.of(event.type)]


def _with_language(readme: str, service: Service) -> str:
    says = _listed(sorted(event.name for event in catalogue.values() if event.publisher == service.name))
    heard: dict[str, list[str]] = {}
    for type_ in service.handlers.types:
        heard.setdefault(catalogue[type_].publisher, []).append(catalogue[type_].name)
    hears = "; ".join(f"of {publisher} {_listed(sorted(names))}" for publisher, names in sorted(heard.items()))
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


def _listed(names: list[str]) -> str:
    """The names without their publisher, which the reader knows."""
    return " ".join(f"`{name.split('.', 1)[1]}`" for name in names)
