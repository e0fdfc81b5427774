"""Giving back: a place is given up by its person or the desk, or called off with its opening; who has one hears of a move."""

from datetime import datetime

from models import Opening, Place, ServiceRequest
from questions.openings import place_of
from questions.territory import closed_days
from rules import limits

from . import recording, reminding
from .moves import JOB, Actor, NotAllowed, hold, move, one_transaction
from .outbox import two_days
from .places import class_in_time, end_request, give_units_back, held, tell_holder


def free_until(opening: Opening, project) -> datetime:
    """Until when giving a place back is free: the project's working hours, or the service's notice, before it begins."""
    return limits.free_until(opening.starts_at, opening.service.notice_hours, project.cancel_free_hours,
                             closed_days(project))


@one_transaction
def cancel(request: ServiceRequest, *, by: Actor, at, reason=None, outcome="cancelled_by_employee"):
    """Give back the place of a request, listed, offered or taken; its units go to who waits. Raises NotAllowed."""
    place = place_of(request)
    if place is None or place.state not in Place.LIVE:
        raise NotAllowed(request)
    opening, place = held(place)
    if place.state not in Place.LIVE or opening.starts_at <= at:
        raise NotAllowed(place.request)
    _give_up(place, by, at, reason=reason, cancelled_late=by.role == "employee" and is_late(place, at))
    end_request(request.id, outcome, by, at, reason)


def is_late(place: Place, at) -> bool:
    """Whether it is too late to give it back without it counting; never when the opening was moved since it was taken."""
    return place.state == "taken" and not was_moved(place) and at > free_until(place.opening, place.request.project)


def was_moved(place: Place) -> bool:
    """Whether its opening was moved since the place was taken, or asked for."""
    opening = place.opening
    return bool(opening.sequence and opening.changed_at and opening.changed_at > (place.taken_at or place.request.asked_at))


def _give_up(place, by, at, **changes):
    if place.state in ("offered", "taken"):
        give_units_back(place)
    move(place, "cancel", by=by, at=at, changed_at=at, cancelled_at=at, cancelled_by=by.role, offered_until=None,
         remind_day_at=None, remind_hours_at=None, **changes)


@one_transaction
def call_off(place: Place, *, at):
    """Its opening is cancelled: the place is given up, its request ends, its person is told, what failed is counted."""
    opening = hold(place.opening)
    hold(place.request)
    place = Place.get_by_id(place.id)
    place.opening = opening
    if place.state not in Place.LIVE or opening.state != "cancelled":
        return
    short = opening.why_cancelled == "group_not_reached"
    if short:
        recording.note_unmet(place.request, "group_not_reached", at=at)
    _give_up(place, Actor("job" if short else "cooperative"), at)
    end_request(place.request_id, "group_not_reached" if short else "cancelled_by_cooperative", JOB, at)
    tell_holder("group_not_reached" if short else "opening_cancelled", place, at=at, worth=two_days(at),
                hours_class=class_in_time(opening.starts_at, at))


@one_transaction
def tell_moved(place: Place, *, at):
    """Its opening was moved: request and reminders follow, and its person is told when it is now."""
    opening, place = held(place)
    if place.state not in Place.LIVE or place.told_sequence >= opening.sequence:
        return
    day_at, hours_at = reminding.times(opening.starts_at, at) if place.state == "taken" else (None, None)
    Place.update(told_sequence=opening.sequence, changed_at=at, confirmed_at=None, remind_day_at=day_at,
                 remind_hours_at=hours_at).where(Place.id == place.id).execute()
    ServiceRequest.update(starts_at=opening.starts_at, ends_at=opening.ends_at, lapses_at=opening.starts_at).where(
        ServiceRequest.id == place.request_id).execute()
    tell_holder("place_moved", place, at=at, worth=opening.starts_at, detail=str(opening.sequence),
                hours_class=class_in_time(min(place.request.starts_at, opening.starts_at), at))
