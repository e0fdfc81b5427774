"""Reading a pilot: a folder of CSV files becomes projects, cooperatives, firms and people, or a list of errors."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from flask import current_app

from actions import loading
from rules import hours

from .checking import check
from .columns import SHEET, SHEETS
from .reading import Error, quoted, read

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
    try:
        counts = loading.load(rows, at=at, key=current_app.settings.link_key,
                              random=Random(0) if demo else secrets.SystemRandom(), dry_run=dry_run)
    except loading.PeopleInIt as wrong:
        return Report(errors=sorted((_with_people(case, tables["turni"]) for case in wrong.cases), key=_place))
    return Report(lines=[_line(sheet.name, counts[sheet.model]) for sheet in SHEETS if sheet.model in counts])


COLUMNS = {"service_id": "servizio", "municipality_id": "comune", "place": "luogo", "starts_at": "data", "ends_at": "alle",
           "places": "posti"}


def _with_people(case, table):
    """An opening that people have booked: what they were told is changed at the desk, which tells them."""
    row, cells = next((number, cells) for number, cells in table.rows if cells["codice"] == case.code)
    column = COLUMNS[case.field]
    if case.field == "places":
        return Error(SHEET["turni"].file, row, column, quoted(cells[column]), f"almeno {case.taken}: sono già presi")
    if case.field == "starts_at":
        column = "data + dalle"
    found = " ".join(cells[one] for one in column.split(" + "))
    return Error(SHEET["turni"].file, row, column, quoted(found),
                 f"quello di prima: {case.code} ha già prenotazioni. Per cambiarlo usa il banco (Turni, Sposta), che avvisa tutti")


def _place(error):
    return error.file, error.row or 0


def _line(name, count):
    line = f"{name}: {count.new} nuove, {count.changed} cambiate, {count.same} uguali"
    if not count.missing:
        return line
    named = ", ".join(count.missing[:NAMED]) + (", ..." if len(count.missing) > NAMED else "")
    return f"{line}; {len(count.missing)} già caricate e non nel file, lasciate come sono: {named}"
