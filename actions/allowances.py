"""Allowances: what the project may still pay, for a person in a year and in all; reserved, spent, freed, never twice.

`amounts` are cents of the project's share by the year of the visit. All of a person's rows come before the project's,
year by year, so that two verbs never wait for each other.
"""

from models import Allowance, Employee, Project

from .moves import hold


class NotEnough(Exception):
    """The project may not pay so much any more."""


def rooms(project: Project, employee: Employee, years) -> tuple[dict, int]:
    """What is left, in cents: for this person by year, and for the project in all."""
    rows = {row.year: row for row in Allowance.select().where(
        Allowance.project == project, (Allowance.employee == employee) | Allowance.employee.is_null())}
    left = {year: _left(rows.get(year), project.person_year_cents) for year in years}
    return left, _left(rows.get(None), project.grant_max_cents)


def _left(row, limit):
    return max(limit - (row.reserved_cents + row.spent_cents if row else 0), 0)


def reserve(project: Project, employee: Employee, amounts: dict):
    """Hold this money for a visit. Raises NotEnough, and then the transaction around it must end."""
    for row, limit, cents in _rows(project, employee, amounts):
        taken = Allowance.reserved_cents + Allowance.spent_cents + cents
        if not Allowance.update(reserved_cents=Allowance.reserved_cents + cents, limit_cents=limit).where(
                Allowance.id == row, taken <= limit).execute():
            raise NotEnough


def free(project: Project, employee: Employee | None, amounts: dict):
    """Let go of what was reserved."""
    for row, _limit, cents in _rows(project, employee, amounts):
        Allowance.update(reserved_cents=Allowance.reserved_cents - cents).where(Allowance.id == row).execute()


def spend(project: Project, employee: Employee | None, amounts: dict):
    """What was reserved is spent: the visit took place."""
    for row, _limit, cents in _rows(project, employee, amounts):
        Allowance.update(reserved_cents=Allowance.reserved_cents - cents,
                         spent_cents=Allowance.spent_cents + cents).where(Allowance.id == row).execute()


def spend_instead(project: Project, employee: Employee | None, year: int, before: int, now: int):
    """What was spent turns out to be another amount. Raises NotEnough, and then the transaction around it must end."""
    for row, limit, cents in _rows(project, employee, {year: now - before}):
        taken = Allowance.reserved_cents + Allowance.spent_cents + cents
        if not Allowance.update(spent_cents=Allowance.spent_cents + cents).where(
                Allowance.id == row, (taken <= limit) | (cents < 0)).execute():
            raise NotEnough


def _rows(project, employee, amounts):
    """Row, limit and cents to take from it: the person's years in order, then the project. Nothing for no money."""
    amounts = {year: cents for year, cents in sorted(amounts.items()) if cents}
    if employee and amounts:        # another year's too: this verb may come back for it with the project's row in hand
        for row in list(Allowance.select().where(
                Allowance.project == project, Allowance.employee == employee).order_by(Allowance.year)):
            hold(row)
    for year, cents in amounts.items():
        if employee:        # who asked to be forgotten has no ceiling any more
            yield _row(project, employee, year, project.person_year_cents), project.person_year_cents, cents
    if amounts:
        yield _row(project, None, None, project.grant_max_cents), project.grant_max_cents, sum(amounts.values())


def _row(project, employee, year, limit):
    Allowance.insert(project=project, employee=employee, year=year, limit_cents=limit).on_conflict_ignore().execute()
    theirs = Allowance.employee == employee if employee else Allowance.employee.is_null()
    of_year = Allowance.year == year if year else Allowance.year.is_null()
    return Allowance.select(Allowance.id).where(Allowance.project == project, theirs, of_year).scalar()
