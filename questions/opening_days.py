"""Questions about the day of an opening: who leads it, who is there, who worked, and what was said of it afterwards."""

from typing import NamedTuple

import peewee
from peewee import fn

from models import Company, Employee, Event, Message, Municipality, Opening, Operator, Phone, Place, Project, Service, ServiceRequest, Staffing

LEFT = peewee.JOIN.LEFT_OUTER
THERE = ("taken", "delivered", "missed")    # the states of a place that is somebody's for sure


class Tally(NamedTuple):
    """How an opening stands: units that are somebody's, places still to be marked, contested, thanked for."""

    units: int = 0
    to_mark: int = 0
    contested: int = 0
    thanked: int = 0


def tallies(some) -> dict[int, Tally]:
    """How each of several openings stands, by id, in one question."""
    rows = (Place.select(Place.opening, Place.state, fn.SUM(Place.units), fn.COUNT(Place.id),
                         fn.COUNT(Place.contested_at), fn.COUNT(Place.thanked_at))
            .where(Place.opening.in_(some), Place.state.in_(THERE)).group_by(Place.opening, Place.state).tuples())
    found = {}
    for opening_id, state, units, places, contested, thanked in rows:
        now = found.get(opening_id, Tally())
        found[opening_id] = Tally(now.units + units, now.to_mark + (places if state == "taken" else 0),
                                  now.contested + contested, now.thanked + thanked)
    return found


# ---------------------------------------------------------------- who leads

def leaders(begins, ends):
    """The ids of who leads an opening that starts in [begins, ends)."""
    return Opening.select(Opening.worker).where(
        Opening.worker.is_null(False), Opening.state != "cancelled", Opening.starts_at >= begins, Opening.starts_at < ends)


def led_on(worker, begins, ends):
    """The openings that start in [begins, ends) and that somebody leads, in order, with comune."""
    return (Opening.select(Opening, Municipality).join(Municipality)
            .where(Opening.worker == worker, Opening.state != "cancelled",
                   Opening.starts_at >= begins, Opening.starts_at < ends).order_by(Opening.starts_at, Opening.id))


def led_during(worker, begins, ends):
    """The openings that somebody leads and that overlap [begins, ends)."""
    return Opening.select().where(Opening.worker == worker, Opening.state != "cancelled",
                                  Opening.starts_at < ends, Opening.ends_at > begins)


def led_since(worker, begins):
    """The openings that somebody leads, cancelled or not, that start from this moment on, with comune."""
    return (Opening.select(Opening, Municipality).join(Municipality)
            .where(Opening.worker == worker, Opening.starts_at >= begins).order_by(Opening.starts_at, Opening.id))


# ---------------------------------------------------------------- who is there

def attending(opening):
    """Who is in an opening, or waits for a place, with person, number, firm and project: by first come, first listed."""
    return (Place.select(Place, ServiceRequest, Employee, Phone, Company, Project).join(ServiceRequest)
            .join(Employee, LEFT).join(Phone, LEFT).switch(ServiceRequest).join(Company, LEFT)
            .switch(ServiceRequest).join(Project)
            .where(Place.opening == opening, Place.state.in_((*THERE, "offered", "listed"))).order_by(Place.listed_at, Place.id))


def to_collect(opening):
    """What is collected for an opening: references, quantities, points and firms; nobody's name is even read."""
    firm_comune = Municipality.alias()
    return (Place.select(Place.id, Place.units, Place.collection, Place.state, ServiceRequest.reference, Company.name,
                         firm_comune.name)
            .join(ServiceRequest).join(Company, LEFT).join(firm_comune, LEFT, on=Company.municipality == firm_comune.id,
                                                           attr="municipality")
            .where(Place.opening == opening, Place.state.in_(THERE)).order_by(Place.collection, ServiceRequest.reference))


def crew_of(opening):
    """Everybody of an opening's cooperative, with the minutes that each worked there, if that was said (`staffing`)."""
    return (Operator.select(Operator, Staffing)
            .join(Staffing, LEFT, on=(Staffing.operator == Operator.id) & (Staffing.opening == opening), attr="staffing")
            .where(Operator.cooperative == opening.cooperative_id,
                   Operator.left_at.is_null() | Staffing.id.is_null(False) | (Operator.id == opening.worker_id))
            .order_by(Operator.name, Operator.id))


def own_opening(cooperative, opening_id):
    """One opening of a cooperative with service, comune and who leads it, cancelled or not."""
    return (Opening.select(Opening, Service, Municipality, Operator).join(Service).switch(Opening).join(Municipality)
            .switch(Opening).join(Operator, LEFT, on=Opening.worker, attr="worker")
            .where(Opening.cooperative == cooperative, Opening.id == opening_id))


def who_closed(opening):
    """Who closed the day of an opening, the last first."""
    return (Operator.select().join(Event, on=Event.actor == Operator.id)
            .where(Event.subject == "opening", Event.subject_id == opening.id, Event.verb == "close_day",
                   Event.role == "operator").order_by(Event.id.desc()))


# ---------------------------------------------------------------- afterwards

def decisions_about(visits) -> dict[int, str]:
    """What the desk said of contested visits (all appointments, or all places), by id: its last words."""
    resolved = [visit for visit in visits if visit.resolved_at]
    if not resolved:
        return {}
    about = getattr(Message, resolved[0]._meta.table_name)
    rows = (Message.select(Message, about.rel_model.id).join(about.rel_model, on=about == about.rel_model.id)
            .where(Message.kind == "resolved_visit", about.in_(resolved)).order_by(Message.id))
    return {getattr(row, about.object_id_name): row.says.get("words", "") for row in rows}
