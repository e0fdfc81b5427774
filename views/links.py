"""The door of every link that is sent: it remembers the link in a cookie and leaves the token behind at once."""

from flask import Blueprint, abort, g, redirect, render_template, url_for

from actions import trusting

from . import locks

door = Blueprint("links", __name__)
OPEN = {"follow"}


@door.get("/l/<token>")
def follow(token):
    """Go where the link leads; nothing changes by opening it, however often and by whom."""
    link = trusting.find_link(token)
    if link is None:
        return render_template("links/unknown.html"), 404
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
    return render_template("links/old.html", link=_opened(link), sent=False)


@door.post("/collegamento/<int:link>/nuovo")
def fresh(link):
    """Send a new link to the person of the old one, never to whoever asks."""
    try:
        trusting.fresh_link(_opened(link), at=g.at)
    except trusting.NotReachable:
        return render_template("links/old.html", link=_opened(link), unreachable=True), 422
    return render_template("links/old.html", link=_opened(link), sent=True)


def _opened(link_id):
    return locks.opened(link_id) or abort(404)
