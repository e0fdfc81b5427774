"""Questions of the desk about openings: what comes, who is in one, what happened, who can offer one, ideas to open."""

from datetime import timedelta

import peewee

from models import (
    Cooperative,
    Coordinator,
    Coverage,
    Event,
    Holiday,
    Idea,
    Opening,
    Operator,
    Place,
    Project,
    SchoolClosure,
    Service,
    ServiceRequest,
)

from .openings import LEFT, managed_in

PAST_FOR = timedelta(days=90)       # how long what is over is still listed
MOST_PAST = 60


# ---------------------------------------------------------------- lists

def coming(projects, at):
    """The openings of a desk that stand and are not over, soonest first."""
    return managed_in(projects).where(Opening.state != "cancelled", Opening.ends_at > at).order_by(
        Opening.starts_at, Opening.id)


def over(projects, at):
    """The openings of a desk that took place, or were cancelled, the newest first."""
    return managed_in(projects).where(
        (Opening.state == "cancelled") | (Opening.ends_at <= at), Opening.ends_at > at - PAST_FOR).order_by(
            Opening.starts_at.desc(), Opening.id.desc()).limit(MOST_PAST)


def short(projects, at, until=None):
    """The openings of a desk whose group is not complete and that still can be booked, those that close first first.

    With `until`: that close before then.
    """
    found = managed_in(projects).where(Opening.state == "open", Opening.confirmed_at.is_null(), Opening.closes_at > at)
    return (found.where(Opening.closes_at < until) if until else found).order_by(Opening.closes_at, Opening.id)


def to_copy(projects, service, begins, ends):
    """The openings of a desk that stand and start in [begins, ends), of one service or of all, in order."""
    found = managed_in(projects).where(
        Opening.state != "cancelled", Opening.starts_at >= begins, Opening.starts_at < ends)
    return (found.where(Opening.service == service) if service else found).order_by(Opening.starts_at, Opening.id)


# ---------------------------------------------------------------- one opening

def one_managed_in(projects, opening_id):
    """One opening of a desk, with who leads it; None if it is not theirs."""
    return (managed_in(projects).select_extend(Operator).switch(Opening)
            .join(Operator, LEFT, on=Opening.worker, attr="worker").where(Opening.id == opening_id).first())


def places_at_desk(opening):
    """The places of an opening with reference and project, and of nobody the name: taken, then the list in its order."""
    turn = peewee.Case(Place.state, [("listed", 1), ("lapsed", 2), ("cancelled", 3)], 0)
    return (Place.select(Place.id, Place.units, Place.state, Place.collection, Place.offered_until, Place.missed_by,
                         Place.contested_at, Place.resolved_at, ServiceRequest.id, ServiceRequest.reference,
                         ServiceRequest.project, ServiceRequest.state)
            .join(ServiceRequest).where(Place.opening == opening).order_by(turn, Place.listed_at, Place.id))


def history_of(opening):
    """What was done with an opening, in order; `who` is the name of a coordinator or an operator."""
    here = Event.subject == Opening._meta.table_name
    return (Event.select(Event, peewee.fn.COALESCE(Coordinator.name, Operator.name).alias("who"))
            .join(Coordinator, LEFT, on=(Event.role == "coordinator") & (Event.actor == Coordinator.id))
            .join(Operator, LEFT, on=(Event.role == "operator") & (Event.actor == Operator.id))
            .where(here, Event.subject_id == opening.id).order_by(Event.at, Event.id).objects())


def people_told(opening) -> int:
    """How many people hold, or wait for, a place: whoever hears when it is moved or cancelled."""
    return Place.select().where(Place.opening == opening, Place.state.in_(Place.LIVE)).count()


def people_waiting_for_the_group(opening) -> int:
    """How many people hold a place and wait until enough have booked."""
    return (Place.select().join(ServiceRequest)
            .where(Place.opening == opening, Place.state == "taken", ServiceRequest.state == "taken").count())


# ---------------------------------------------------------------- making one

def offers_by_opening(projects):
    """Which cooperative offers which service by opening: where it covers it, or has offered it before. Pairs of rows."""
    theirs = (Service.mode == "turno") & (Service.project.is_null() | Service.project.in_(projects))
    covers = Coverage.select(Coverage.service, Coverage.cooperative).join(Service).where(theirs)
    before = Opening.select(Opening.service, Opening.cooperative).join(Service).where(theirs)
    pairs = {*covers.tuples(), *before.tuples()}
    services = {row.id: row for row in Service.select().where(theirs)}
    working = {row.id: row for row in Cooperative.select().where(Cooperative.left_at.is_null())}
    found = [(services[service], working[one]) for service, one in pairs if service in services and one in working]
    return sorted(found, key=lambda pair: (pair[0].id, pair[1].name))


def last_like(projects, service=None):
    """The opening that was made last of a service, or of any: a form begins from it."""
    found = managed_in(projects)
    return (found.where(Opening.service == service) if service else found).order_by(Opening.id.desc()).first()


def closed_with_names(projects, cooperative, begins, ends) -> dict:
    """The local dates in [begins, ends] on which a cooperative, or these projects, are closed, with why."""
    mine = Holiday.cooperative.is_null() | (Holiday.cooperative == cooperative)
    theirs = Holiday.project.is_null() | Holiday.project.in_(projects)
    rows = Holiday.select(Holiday.on, Holiday.name).where(mine, theirs, Holiday.on >= begins, Holiday.on <= ends)
    return dict(rows.order_by(Holiday.id.desc()).tuples())


def school_closures() -> dict:
    """The days on which schools are closed, with why, as the pilot says."""
    return dict(SchoolClosure.select(SchoolClosure.on, SchoolClosure.name).tuples())


def day_services(projects):
    """The services for children by the day that these projects offer: what a school bridge asks for."""
    return Service.select().where(Service.mode == "turno", Service.need == "figli", Service.unit == "giornata",
                                  Service.project.is_null() | Service.project.in_(projects)).order_by(Service.id)


def openings_of_between(services, begins, ends):
    """When openings of these services that stand begin, in [begins, ends)."""
    return Opening.select(Opening.starts_at).where(
        Opening.service.in_(services), Opening.state != "cancelled", Opening.starts_at >= begins, Opening.starts_at < ends)


def published_in(projects, at):
    """The ideas of these projects that can still come about, those that close first first."""
    return (Idea.select(Idea, Project).join(Project).where(
        Idea.project.in_(projects), Idea.state == "published", Idea.closes_at > at).order_by(Idea.closes_at, Idea.id))
