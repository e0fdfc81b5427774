"""Reading a pilot: a folder of CSV files becomes projects, cooperatives, firms and people, or a list of errors."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from flask import current_app

from actions import loading
from rules import hours

from .checking import check
from .columns import SHEETS
from .reading import Error, read

__all__ = ["DEMO", "Error", "Report", "load"]

DEMO = Path(__file__).resolve().parent / "demo"
NAMED = 10   # rows missing from a file that a line names


@dataclass
class Report:
    """What a loading found: `errors`, and then nothing was loaded; or `lines`, in words, one for each file."""

    errors: list = field(default_factory=list)
    lines: list = field(default_factory=list)


def load(path, at, dry_run=False, demo=False) -> Report:
    """Load the pilot in the folder `path`, all of it or, if anything is wrong, nothing.

    `demo` allows days from today (`+14`) and draws the same words each time, so that a walk-through can name them.
    With `dry_run` the same is done and taken back: the lines say what would change.
    """
    tables, errors = read(Path(path))
    rows, more = check(tables, today=hours.local(at).date() if demo else None)
    if errors or more:
        return Report(errors=sorted(errors + more, key=_place))
    counts = loading.load(rows, at=at, key=current_app.settings.link_key,
                          random=Random(0) if demo else secrets.SystemRandom(), dry_run=dry_run)
    return Report(lines=[_line(sheet.name, counts[sheet.model]) for sheet in SHEETS if sheet.model in counts])


def _place(error):
    return error.file, error.row or 0


def _line(name, count):
    line = f"{name}: {count.new} nuove, {count.changed} cambiate, {count.same} uguali"
    if not count.missing:
        return line
    named = ", ".join(count.missing[:NAMED]) + (", ..." if len(count.missing) > NAMED else "")
    return f"{line}; {len(count.missing)} già caricate e non nel file, lasciate come sono: {named}"
