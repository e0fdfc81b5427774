"""Reading a wish back before it is sent: how soon, how urgent, and what the project no longer pays."""

from flask import g

from actions import allowances, asking, planning, putting
from rules import hours, limits, shares


def read_back_of(wish, quote) -> dict:
    """What the page says beside days and price: short_notice, too_soon, urgent, reads_at, holidays, per_visit, less."""
    starts_at, project = quote.visits[0].starts_at, quote.project
    urgent = limits.is_urgent(starts_at, wish.answer_by, g.at, project.urgent_within_hours)
    return {
        "short_notice": asking.short_notice(wish, g.at), "too_soon": asking.too_soon(starts_at, g.at), "urgent": urgent,
        "reads_at": putting.heard_from(g.at) if urgent else None,
        "holidays": hours.national_holidays, "per_visit": _per_visit(quote),
        "less": why_less([(visit.starts_at, visit.shares) for visit in quote.visits], wish.service, project),
    }


def _per_visit(quote):
    """What each of several visits costs, where all cost the same."""
    each = {visit.shares for visit in quote.visits}
    return each.pop() if len(quote.visits) > 1 and len(each) == 1 else None


def why_less(parts, service, project):
    """Why the worker pays more than by the rule: "year", her own ceiling; "project", its money; None: she does not.

    `parts`: when, and the shares that are shown, of each visit.
    """
    company = g.employee.company
    percent = shares.company_percent(company.declared, company.share_percent)
    by_rule = [(starts_at, shares.split(shown.price, service.project_percent, percent).project)
               for starts_at, shown in parts]
    if sum(cents for _at, cents in by_rule) == sum(shown.project for _at, shown in parts):
        return None
    by_year = planning.by_year(by_rule)
    of_person, _of_project = allowances.rooms(project, g.employee, by_year)
    return "year" if any(cents > of_person[year] for year, cents in by_year.items()) else "project"
