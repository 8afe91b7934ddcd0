"""The benchmarks' command line: `python -m stack.bench.run --quick`."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from stack.bench.benches import BENCHES, FULL, QUICK
from stack.bench.report import Report


@click.command()
@click.option("--quick", is_flag=True, help="Little of everything, in two or three minutes: figures are rough.")
@click.option("--only", type=click.Choice(list(BENCHES)), multiple=True, help="Only this benchmark; may be repeated.")
@click.option("--repeats", type=int, default=None, help="Rounds of each benchmark.")
@click.option("--json", "as_json", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here.")
def main(quick: bool, only: Sequence[str], repeats: int | None, as_json: Path | None) -> None:
    """Measure, and say which targets are met. Servers are private; nothing leaves this machine."""
    sizes = QUICK if quick else FULL
    if repeats is not None:
        sizes = replace(sizes, repeats=repeats)
    report = Report()
    for name in only or BENCHES:
        click.echo(f"{name} ...", err=True)
        with tempfile.TemporaryDirectory(prefix="afterglow-bench-") as folder:
            BENCHES[name](Path(folder), sizes, report)
    click.echo("\n".join(report.lines()))
    if as_json:
        as_json.write_text(json.dumps(report.as_json(), indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
