"""The door of every link that is sent: it remembers the link in a cookie and leaves the token behind at once."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for

from actions import joining, trusting
from questions.people import first_project

from . import locks

door = Blueprint("links", __name__)
OPEN = {"follow"}


@door.get("/l/<token>")
def follow(token):
    """Go where the link leads; nothing changes by opening it, however often and by whom."""
    link = trusting.find_link(token)
    if link is None or link.purpose == "calendar":   # a calendar is read by a program and is no page
        return render_template("links/unknown.html", current_person_line=_whom_to_call()), 404
    locks.remember(link)
    return redirect(where(link) if locks.is_live(link) else url_for(".old", link=link.id), 303)


def where(link) -> str:
    """The page a live link leads to."""
    if link.purpose == "referral":
        trusted = locks.device_of("operator", link.operator_id)
        return (url_for("operator.home", operator=link.operator_id, _anchor=f"referral-{link.referral_id}") if trusted
                else url_for("referral.page", link=link.id))
    return {
        "join": lambda: url_for("welcome.page", link=link.id),
        "employee": lambda: url_for("employee.home", link=link.id),
        "operator": lambda: url_for("operator.home", operator=link.operator_id),
        "desk": lambda: url_for("desk.home", coordinator=link.coordinator_id),
        "company": lambda: url_for("company.page", link=link.id),
    }[link.purpose]()


@door.get("/collegamento/<int:link>/")
def old(link):
    """This link is old: what to do now."""
    return _old(_opened(link))


@door.post("/collegamento/<int:link>/nuovo")
def fresh(link):
    """Send a new link to the person of the old one, never to whoever asks."""
    row = _opened(link)
    try:
        _send_again(row)
    except trusting.NotReachable:
        return _old(row, 422, unreachable=True)
    except trusting.TooMany:
        return _old(row, 429, too_many=True)
    return _old(row, sent=True)


def _send_again(link):
    if link.purpose == "join":      # nobody's yet: only the number is invited once more
        joining.invite(link.company, link.phone.number, link.phone.language, address=request.remote_addr, at=g.at)
    else:
        trusting.fresh_link(link, at=g.at)


def _old(link, status=200, **more):
    return render_template("links/old.html", link=link, current_person_line=_whom_to_call(), **more), status


def _whom_to_call():
    project = first_project()
    return project.whom_to_call if project else None


def _opened(link_id):
    return locks.opened(link_id) or abort(404)
