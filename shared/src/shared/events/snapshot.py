"""What the world was last told of the language: one committed file for each event, beside the declarations."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shared.events.language import Event, json_schema, short_type

FOLDER = Path(__file__).parent / "snapshot"


@dataclass(frozen=True, kw_only=True)
class Published:
    """One event as others know it.

    `about` decides its stream, `schema` is the JSON Schema of its data, `heard_by` are the services that react to it,
    and `partners` says whether partners may subscribe to it.
    """

    type: str
    about: str
    heard_by: tuple[str, ...]
    partners: bool
    schema: dict[str, Any]

    @property
    def name(self) -> str:
        return short_type(self.type).rpartition(".v")[0]

    @property
    def version(self) -> int:
        return int(self.type.rpartition(".v")[2])

    @property
    def publisher(self) -> str:
        return self.type.split(".")[1]


def as_declared(
    events: Iterable[type[Event]], heard_by: Mapping[str, Sequence[str]], offered: Collection[str]
) -> dict[str, Published]:
    """The language as the code has it now, by type. `heard_by` names each type's services, `offered` holds types."""
    return {
        event.type: Published(
            type=event.type,
            about=event.about,
            heard_by=tuple(heard_by.get(event.type, ())),
            partners=event.type in offered,
            schema=json_schema(event),
        )
        for event in sorted(events, key=lambda event: (event.name, event.version))
    }


def read(folder: Path = FOLDER) -> dict[str, Published]:
    """The committed snapshot by type, in the order of names and versions."""
    found = [_read_one(path) for path in folder.glob("*.json")]
    return {published.type: published for published in sorted(found, key=lambda one: (one.name, one.version))}


def _read_one(path: Path) -> Published:
    document = json.loads(path.read_text(encoding="utf-8"))
    return Published(**document | {"heard_by": tuple(document["heard_by"])})


def write(language: Mapping[str, Published], folder: Path = FOLDER) -> None:
    """Make `folder` hold exactly this language."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {_file_name(published): _text(published) for published in language.values()}
    for path in folder.glob("*.json"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _file_name(published: Published) -> str:
    return f"{published.name}.v{published.version}.json"


def _text(published: Published) -> str:
    return json.dumps(asdict(published), indent=2, ensure_ascii=False) + "\n"
