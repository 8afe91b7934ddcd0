"""Tables that fit where they are read: aligned in a wide terminal, item by item in a narrow one, plain in a pipe.

An id is never cut. In a pipe each row is one line without tabs or frames, at its full width, for `grep` and `awk`.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from shared.console.output import Line, on_stdout

_GAP = 2
_READABLE = 24
"""Fewer characters than this make prose in a column a ladder: then each row is told item by item."""


class Column(NamedTuple):
    """One column. `prose` may be wrapped; anything else is kept whole, because somebody will copy it."""

    name: str
    prose: bool = False
    numeric: bool = False


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[Line]], *, title: str = "") -> None:
    """Print rows in the form that fits; the title is for people and stays out of pipes."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        _print_plain(columns, cells)
        return
    console = on_stdout()
    if title:
        console.print(Text(title, style="bold"))
    if _narrowest(columns, cells) <= console.width:
        console.print(_framed(columns, cells))
    else:
        _print_items(columns, cells)


def _print_plain(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> None:
    widths = [_width(column, rows, at) for at, column in enumerate(columns)]
    console = on_stdout()
    for row in ([Text(column.name) for column in columns], *rows):
        line = Text()
        for column, cell, width in zip(columns, row, widths, strict=True):
            padding = " " * (width - cell.cell_len)
            line.append_text(Text(padding) + cell if column.numeric else cell + Text(padding))
            line.append(" " * _GAP)
        line.rstrip()
        console.print(line, soft_wrap=True)


def _print_items(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> None:
    label = max(len(column.name) for column in columns[1:]) + _GAP if columns[1:] else 0
    console = on_stdout()
    for first, *others in rows:
        about = f"{columns[0].name} " if columns[0].numeric else ""
        console.print(Text(about, style="bold") + first, soft_wrap=True)
        for column, cell in zip(columns[1:], others, strict=True):
            if not cell.plain:
                continue
            beside = Table.grid(padding=0)
            beside.add_column(width=label + _GAP, no_wrap=True)
            beside.add_column(overflow="fold")
            beside.add_row(Text(f"  {column.name}", style="dim"), cell)
            console.print(beside)


def _framed(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for column in columns:
        justify = "right" if column.numeric else "left"
        table.add_column(column.name, no_wrap=not column.prose, overflow="fold", justify=justify)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*row)
    return table


def _narrowest(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> int:
    """The fewest characters in which the table can still be read."""
    widths = (_width(column, rows, at) for at, column in enumerate(columns))
    return sum(
        (min(width, _READABLE) if column.prose else width) + _GAP for column, width in zip(columns, widths, strict=True)
    )


def _width(column: Column, rows: Sequence[Sequence[Text]], at: int) -> int:
    return max([len(column.name), *(row[at].cell_len for row in rows)])


def _cell(value: Line) -> Text:
    """One line, whatever somebody has put into it."""
    text = Text(value) if isinstance(value, str) else value.copy()
    if any(character in text.plain for character in "\t\r\n"):
        text.plain = " ".join(text.plain.split())
    return text
