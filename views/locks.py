"""The locks of the doors: which links this browser has opened, and which devices are trusted."""

from flask import abort, current_app, g, redirect, request, session, url_for

from actions.trusting import DEVICE_LIFE
from models import Company, Coordinator, Cooperative, Device, Employee, Link, Operator, Phone
from rules import tokens

from . import languages

REMEMBERED = 30                         # links one browser keeps open; several people may use it


# ---------------------------------------------------------------- links that this browser opened

def remember(link):
    """This browser has opened this link: the cookie knows it from now on, the address no more holds its token."""
    opened = [i for i in session.get("links", []) if i != link.id]
    session["links"] = (opened + [link.id])[-REMEMBERED:]
    session.permanent = True


def forget(link):
    """This browser knows nothing of this link any more."""
    session["links"] = [i for i in session.get("links", []) if i != link.id]


def forget_all(role: str, person_id: int):
    """This browser forgets every link of this person."""
    ids = session.get("links", [])
    for link in Link.select().where(Link.id.in_(ids), getattr(Link, role) == person_id) if ids else ():
        forget(link)


def opened(link_id: int) -> Link | None:
    """The link of this id, if this browser opened it."""
    return Link.get_or_none(Link.id == link_id) if link_id in session.get("links", []) else None


def open_link(purpose: str):
    """The lock of a door that a link alone opens: sets `g.link` and `g.<person>`.

    Not found for who never opened it; for an old link, the page that offers a fresh one.
    """
    link_id = request.view_args["link"]
    if link_id not in session.get("links", []):
        abort(404)
    link = _with_person(purpose).where(Link.id == link_id).first()
    if link is None:
        abort(404)
    if not is_live(link):
        return redirect(url_for("links.old", link=link_id), 303)
    g.link = link
    setattr(g, purpose, getattr(link, purpose))
    return None


def _with_person(purpose):
    if purpose == "employee":
        return (Link.select(Link, Employee, Phone, Company).join(Employee).join(Phone)
                .switch(Employee).join(Company).where(Link.purpose == purpose))
    return Link.select(Link, Company).join(Company).where(Link.purpose == purpose)


def is_live(link) -> bool:
    """Whether the link still opens: the same condition as `Link.live`, on a row already read."""
    return (not link.revoked_at and (not link.expires_at or link.expires_at > g.at)
            and link.last_used_at > g.at - Link.IDLE)


# ---------------------------------------------------------------- trusted devices

def device_of(role: str, person_id: int) -> Device | None:
    """This browser's trusted device for an operator or a coordinator, with that person; None where it is not trusted."""
    token = request.cookies.get(_cookie(role, person_id))
    if not token:
        return None
    person = {"operator": Operator, "coordinator": Coordinator}[role]
    rows = Device.select(Device, person).join(person)
    if role == "operator":
        rows = Device.select(Device, Operator, Cooperative, Phone).join(Operator).join(Cooperative).switch(
            Operator).join(Phone)
    return rows.where(Device.token_hash == tokens.fingerprint(token), Device.closed_at.is_null(),
                      Device.expires_at > g.at, person.id == person_id, person.left_at.is_null()).first()


def device_only(role: str):
    """The lock of a door that needs a trusted device: sets `g.device` and `g.<role>`.

    Who opened a link of that person here is led to the six digits; anybody else finds a page that says how to come in.
    """
    person_id = request.view_args[role]
    device = device_of(role, person_id)
    if device is None:
        link = _way_in(role, person_id)
        if link and request.method == "GET":
            return redirect(url_for("trust.page", link=link.id), 303)
        abort(403)
    g.device = device
    setattr(g, role, getattr(device, role))
    g.language = languages.spoken(getattr(g, role))
    return None


def _way_in(role, person_id):
    ids = session.get("links", [])
    return Link.select().where(Link.id.in_(ids), getattr(Link, role) == person_id, Link.live(g.at)).first() if ids else None


def keep_device(response, role: str, person_id: int, token: str):
    """Put the device's token into a cookie of its own, for thirty days."""
    response.set_cookie(_cookie(role, person_id), token, max_age=DEVICE_LIFE, httponly=True, samesite="Lax",
                        secure=current_app.settings.https)
    return response


def drop_device(response, role: str, person_id: int):
    """Take the device's token out of this browser."""
    response.delete_cookie(_cookie(role, person_id))
    return response


def _cookie(role, person_id):
    return f"device_{role}_{person_id}"
