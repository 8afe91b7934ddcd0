"""What every command of ours has: examples in its help, tables, progress, JSON for programs, and an end that is told.

Commands are made with `command` and `group`; they print by `print_table`, `print_json` and `print_lines`, and end badly
by `BadNews` or `Away`. docs/operating.md says the same to whoever uses them.
"""

from shared.console.commands import Audience, Command, Group, command, group
from shared.console.endings import Away, BadNews, Ending
from shared.console.installed import InstalledGroup
from shared.console.output import Line, json_option, print_json, print_lines, print_note, toned
from shared.console.progress import Progress, progress
from shared.console.tables import Column, print_table

__all__ = [
    "Audience",
    "Away",
    "BadNews",
    "Column",
    "Command",
    "Ending",
    "Group",
    "InstalledGroup",
    "Line",
    "Progress",
    "command",
    "group",
    "json_option",
    "print_json",
    "print_lines",
    "print_note",
    "print_table",
    "progress",
    "toned",
]
