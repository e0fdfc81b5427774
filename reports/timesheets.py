"""The timesheet of a month: who went, when, for how long, with which reference; nobody who was visited is in it."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime

from models import Cooperative, Operator
from questions.timesheets import openings_worked, visits_worked
from rules import hours
from rules.cells import neutral

HEADINGS = ("persona", "giorno", "dalle", "alle", "riferimento", "servizio", "comune", "minuti", "ore")


@dataclass(frozen=True)
class Line:
    """One visit, or one person's work at one opening. `starts_at` and `ends_at` are as agreed, `minutes` as worked."""

    starts_at: datetime
    ends_at: datetime
    reference: str
    service: str
    municipality: str
    minutes: int

    @property
    def on(self) -> date:
        """The local day on which it began."""
        return hours.local(self.starts_at).date()


@dataclass
class Sheet:
    """The lines of one person; of nobody (None) those of which it was never said who went."""

    operator: Operator | None
    lines: list[Line] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """How long in all."""
        return sum(line.minutes for line in self.lines)


def month_of(on: date) -> tuple[datetime, datetime]:
    """From when to when the local month of this date lasts, in UTC."""
    first = on.replace(day=1)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return hours.day(first)[0], hours.day(after)[0]


def sheets(cooperative: Cooperative, on: date) -> list[Sheet]:
    """Everybody's sheet of the month of this date, by name; what is nobody's comes last."""
    begins, ends = month_of(on)
    found = {}
    for operator, line in _worked(cooperative, begins, ends):
        found.setdefault(operator and operator.id, Sheet(operator)).lines.append(line)
    for sheet in found.values():
        sheet.lines.sort(key=lambda line: (line.starts_at, line.reference))
    return sorted(found.values(), key=lambda sheet: (sheet.operator is None, sheet.operator and sheet.operator.name or "",
                                                     sheet.operator and sheet.operator.id or 0))


def sheet_of(operator: Operator, on: date) -> Sheet:
    """One person's sheet of the month of this date, empty where she did nothing."""
    mine = (sheet for sheet in sheets(operator.cooperative, on) if sheet.operator == operator)
    return next(mine, Sheet(operator))


def _worked(cooperative, begins, ends):
    for visit in visits_worked(cooperative, begins, ends):
        request = visit.request
        yield visit.worker, Line(visit.starts_at, visit.ends_at, request.reference, request.service.code,
                                 request.municipality.name, _minutes(visit, request.service))
    for staffing in openings_worked(cooperative, begins, ends):
        opening = staffing.opening
        yield staffing.operator, Line(opening.starts_at, opening.ends_at, opening.code, opening.service.code,
                                      opening.municipality.name, staffing.minutes)


def _minutes(visit, service):
    """Those that were delivered where a unit is an hour, else how long the visit lasts."""
    if service.hourly and visit.units_delivered is not None:
        return visit.units_delivered
    return int((visit.ends_at - visit.starts_at).total_seconds() // 60)


# ---------------------------------------------------------------- for a spreadsheet

def as_csv(some: list[Sheet]) -> str:
    """The lines for a spreadsheet of an Italian office: semicolons, a decimal comma, a mark that says UTF-8."""
    file = io.StringIO()
    table = csv.writer(file, delimiter=";", lineterminator="\r\n")
    table.writerow(HEADINGS)
    for sheet in some:
        for line in sheet.lines:
            table.writerow(map(neutral, _cells(sheet.operator, line)))
    return "\ufeff" + file.getvalue()


def _cells(operator, line):
    begins, ends = hours.local(line.starts_at), hours.local(line.ends_at)
    return (operator.name if operator else "", line.on.isoformat(), f"{begins:%H:%M}", f"{ends:%H:%M}", line.reference,
            line.service, line.municipality, line.minutes, f"{line.minutes / 60:.2f}".replace(".", ","))
