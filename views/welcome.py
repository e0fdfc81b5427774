"""The door behind the first SMS: "Sono io" proves the number and lets a person in."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for

from actions import joining
from actions.moves import NotAllowed
from questions.people import joined_on, project_of_company

from . import locks

door = Blueprint("welcome", __name__, url_prefix="/benvenuto/<int:link>")

NOBODY = 0    # no row has this id


@door.before_request
def lock():
    """Only an invitation that this browser opened; one that was used leads on to the person's own page."""
    g.link = locks.opened(request.view_args["link"])
    if g.link is None:
        abort(404)
    if not locks.is_live(g.link):
        return redirect(url_for("links.old", link=g.link.id), 303)
    if g.link.purpose == "employee":
        return redirect(url_for("employee.home", link=g.link.id), 303)
    if g.link.purpose != "join":
        abort(404)
    g.language = g.language_asked or g.link.phone.language
    return None


@door.get("/")
def page(link):
    """Who is writing to this number? Nobody's name is shown: only the words that its messages carry anyway."""
    return _page()


def _page(too_late=False):
    return render_template("welcome/page.html", link=g.link, people=list(joined_on(g.link.phone)), too_late=too_late,
                           project=project_of_company(g.link.company, g.at))


@door.post("/adesione")
def join(link):
    """Sono io."""
    try:
        joining.join(g.link, at=g.at, language=g.language, continue_as=_chosen())
    except NotAllowed:
        return _page(too_late=True), 409
    return redirect(url_for("employee.home", link=link), 303)


def _chosen():
    """The id of who goes on, `NOBODY` if that is nobody of this number; None for a person who is new here."""
    chosen = request.form.get("person")
    return {str(person.id): person.id for person in joined_on(g.link.phone)}.get(chosen, NOBODY) if chosen else None
