"""The operator's door, hours: one's own of a month, and for who answers those of the whole cooperative; for paper too."""

from datetime import date

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for

from questions.people import first_project
from reports import timesheets
from rules import hours, saying

from . import locks

door = Blueprint("timesheets", __name__, url_prefix="/operatore/<int:operator>/ore")
MONTHS = 13                 # that can be chosen from the page: this one, and a year back


@door.before_request
def lock():
    """Only a browser this operator trusts."""
    return locks.device_only("operator")


@door.context_processor
def whose_page():
    """Whose page it is, and whom to call."""
    if "operator" not in g:
        return {}
    project = first_project()
    return {"me": g.operator, "current_person_line": project.whom_to_call if project else None, "clock": clock,
            "named_month": named_month}


def clock(minutes: int) -> str:
    """ "2:30": hours and minutes as they stand in a column of figures."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def named_month(on: date) -> str:
    """ "novembre 2026", in the visitor's language."""
    return f"{saying.MONTHS.get(g.language, saying.MONTHS['it'])[on.month - 1]} {on.year}"


# ---------------------------------------------------------------- which month

@door.get("/")
def choose(operator):
    """To the month that was chosen, `?mese=2026-11`; else to this one."""
    month = request.args.get("mese") or f"{_this_month():%Y-%m}"
    _month(month)
    return redirect(url_for(".whole" if request.args.get("di") == "tutti" and g.operator.answers else ".own",
                            operator=operator, month=month), 303)


def _this_month():
    return hours.local(g.at).date().replace(day=1)


def _month(text):
    """The first day of a month that is written 2026-11; not found if it is none, or has not begun."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        abort(404)
    return month if date(2000, 1, 1) <= month <= _this_month() and f"{month:%Y-%m}" == text else abort(404)


def _to_choose(month):
    """This month and those of a year back, the newest first; and the one that is shown."""
    this = _this_month()
    count = this.year * 12 + this.month - 1
    months = {date(n // 12, n % 12 + 1, 1) for n in range(count, count - MONTHS, -1)}
    return sorted(months | {month}, reverse=True)


# ---------------------------------------------------------------- the pages

@door.get("/<month>")
def own(operator, month):
    """One's own hours."""
    on = _month(month)
    return _drawn(on, [timesheets.sheet_of(g.operator, on)], everybody=False)


@door.get("/<month>/cooperativa")
def whole(operator, month):
    """Everybody's, a page of paper for each."""
    return _drawn(_month(month), _everybody(month), everybody=True)


@door.get("/<month>/ore.csv")
def own_file(operator, month):
    """One's own, for a spreadsheet."""
    return _file([timesheets.sheet_of(g.operator, _month(month))], month)


@door.get("/<month>/cooperativa.csv")
def whole_file(operator, month):
    """Everybody's, for a spreadsheet."""
    return _file(_everybody(month), f"{month}-cooperativa")


def _everybody(month):
    if not g.operator.answers:
        abort(404)
    return timesheets.sheets(g.operator.cooperative, _month(month))


def _drawn(on, some, everybody):
    filled = [sheet for sheet in some if sheet.lines]
    return render_template("operator/timesheet.html", on=on, month=f"{on:%Y-%m}", sheets=filled, everybody=everybody,
                           months=_to_choose(on), total=sum(sheet.minutes for sheet in filled),
                           running=on == _this_month())


def _file(some, name):
    response = Response(timesheets.as_csv(some), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="ore-{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
