"""The calendars: an operator's, read without a cookie at an address of its own, and a file for who asked."""

import hashlib
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, g, request, url_for
from flask_babel import gettext as _

from actions import subscribing, trusting
from actions.moves import Actor
from models import Link, ServiceRequest
from questions.calendars import LOOK_BACK, calendar_links, open_calendar, places_told, visits_in_calendar, visits_told
from questions.opening_days import led_since
from questions.work import requests_of

from . import employee, ics, locks
from .answers import answer

door = Blueprint("calendar", __name__)
OPEN = {"feed"}

operators = Blueprint("operator", __name__, url_prefix="/operatore/<int:operator>/calendario")
people = Blueprint("employee", __name__, url_prefix="/io/<int:link>/richieste/<reference>")

people.before_request(employee.lock)


# ---------------------------------------------------------------- read by a program

@door.get("/calendar/<token>.ics")
def feed(token):
    """An operator's visits, and the openings she leads. The address alone opens it, and reading it changes nothing."""
    operator = _whose(token)
    if operator is None:
        return Response(_("Questo calendario non c'è più.") + "\n", 404, mimetype="text/plain")
    led = led_since(operator, g.at - LOOK_BACK)
    return _calendar(ics.feed(sorted([*visits_in_calendar(operator, g.at), *led], key=lambda row: row.starts_at)))


def _whose(token):
    """Not `Link.live`: programs only read, and a calendar that nobody presses anything on must not die of that."""
    link = trusting.find_link(token)
    known = link and link.purpose == "calendar" and not link.revoked_at and not link.operator.left_at
    return link.operator if known else None


def _calendar(body):
    """Known by what it says, not by a date: a visit given to somebody else leaves no date behind.

    The mark is a weak one, because the same words may leave compressed.
    """
    response = Response(body, mimetype="text/calendar")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


# ---------------------------------------------------------------- on the operator's page

class Address(NamedTuple):
    """Where an operator's calendar is read."""

    link: int
    url: str        # never as webcal://, which some programs first ask for in the clear


@operators.before_request
def lock():
    """Only a browser this operator trusts."""
    return locks.device_only("operator")


@operators.app_template_global("calendar_of")
def address_of(operator) -> Address | None:
    """The open address of an operator's calendar, if she has one."""
    link = open_calendar(operator).first()
    return link and Address(link.id, current_app.settings.public_url + url_for(
        "calendar.feed", token=trusting.token_of(link)))


@operators.post("")
def subscribe(operator):
    """Make the address, or show the one there is."""
    subscribing.subscribe(g.operator, at=g.at)
    return _drawn()


@operators.post("/<int:link>/chiusura")
def unsubscribe(operator, link):
    """Close this address; another may be made after it."""
    address = calendar_links(g.operator).where(Link.id == link).first() or abort(404)
    subscribing.unsubscribe(address, by=Actor("operator", operator), at=g.at)
    return _drawn()


def _drawn():
    here = url_for("operator.home", operator=g.operator.id, _anchor=f"calendar-{g.operator.id}")
    return answer("operator/_calendar.html", here, address=address_of(g.operator), me=g.operator)


# ---------------------------------------------------------------- for who asked

@people.get("/calendario.ics")
def file(link, reference):
    """The visits of one's own request, to be put into a calendar."""
    row = requests_of(g.employee).where(ServiceRequest.reference == reference.upper()).first() or abort(404)
    visits = list(places_told(row) if row.opening_id else visits_told(row, g.at)) or abort(404)
    response = _calendar(ics.file(visits))
    response.headers["Content-Disposition"] = f'attachment; filename="welfarelynx-{row.reference}.ics"'
    return response


door.register_blueprint(operators)
door.register_blueprint(people)
