"""Questions about openings, places and ideas as their people see them: each row with its counts, in one question."""

from peewee import fn

from models import Idea, Interest, Opening, Place, ServiceRequest

from .openings import MOST_OFFERS, ideas, offered_to, places_of

Held, Asked = Place.alias("held"), ServiceRequest.alias("asked")    # in counts beside each row of another question


def seen_by(employee, project):
    """The openings a person of a project may book, with what she reads of each, in one question.

    `sure`: units that are somebody's for sure; `line`: how many wait in turn; `claimed`: whether what is free is for
    one of them; `mine`: the place she has there, or waits for.
    """
    mine = Held.select(fn.MAX(Held.id)).join(Asked, on=(Held.request == Asked.id)).where(
        Held.opening == Opening.id, Asked.employee == employee, Held.state.in_(Place.LIVE))
    claimed = _line(Held.id).where(Held.units <= Opening.places - Opening.taken)
    return offered_to(project).select_extend(
        _sure().alias("sure"), _line(fn.COUNT(Held.id)).alias("line"), fn.EXISTS(claimed).alias("claimed"),
        mine.alias("mine"))


def still_to_book(at):
    """The condition for an opening that can be booked."""
    return (Opening.state == "open") & (Opening.closes_at > at)


def places_seen(requests):
    """The places of some requests with what their person reads of each: `sure` as above; `ahead`, how many wait
    before her; `before_me`, whether what is free is for somebody before her."""
    ahead = (Held.listed_at < Place.listed_at) | ((Held.listed_at == Place.listed_at) & (Held.id < Place.id))
    fitting = _line(Held.id).where(Held.units <= Opening.places - Opening.taken, Held.id != Place.id,
                                   (Place.offers >= MOST_OFFERS) | ahead)
    return places_of(requests).select_extend(
        _sure().alias("sure"), (_line(fn.COUNT(Held.id)).where(ahead)).alias("ahead"),
        fn.EXISTS(fitting).alias("before_me"))


def _sure():
    return Held.select(fn.COALESCE(fn.SUM(Held.units), 0)).where(
        Held.opening == Opening.id, Held.state.in_(("taken", "delivered", "missed")))


def _line(what):
    """Of the opening in question, who is still to be offered a place."""
    return Held.select(what).where(Held.opening == Opening.id, Held.state == "listed", Held.offers < MOST_OFFERS)


def places_held_by(employee):
    """Every place a person ever held, or waited for."""
    return (Place.select(Place, ServiceRequest, Opening).join(ServiceRequest).switch(Place).join(Opening)
            .where(ServiceRequest.employee == employee))


def last_request_in(opening, employee):
    """The request with which a person is, or was last, in an opening."""
    return (ServiceRequest.select().where(ServiceRequest.opening == opening, ServiceRequest.employee == employee)
            .order_by(ServiceRequest.id.desc()).first())


def ideas_seen_by(employee, project):
    """A project's ideas, each with `wanted`, the units people would come with, and `mine`, those of this person."""
    wanted = Interest.select(fn.COALESCE(fn.SUM(Interest.units), 0)).where(Interest.idea == Idea.id)
    return ideas().where(Idea.project == project).select_extend(
        wanted.alias("wanted"), wanted.where(Interest.employee == employee).alias("mine")).order_by(Idea.starts_at, Idea.id)
