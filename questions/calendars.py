"""Questions about calendars: whose address it is, and which visits stand in it."""

from datetime import timedelta

from models import Appointment, Link, Municipality, Opening, Place, ServiceRequest

LOOK_BACK = timedelta(days=30)    # what is over, and what was cancelled, stays so long in an operator's calendar


def calendar_links(operator):
    """Every address an operator's calendar ever had."""
    return Link.select().where(Link.purpose == "calendar", Link.operator == operator).order_by(Link.id.desc())


def open_calendar(operator):
    """The address of an operator's calendar that is open now; it lives until it is closed, read or not."""
    return calendar_links(operator).where(Link.revoked_at.is_null())


def _with_place():
    return (Appointment.select(Appointment, ServiceRequest, Municipality).join(ServiceRequest).join(Municipality)
            .order_by(Appointment.starts_at, Appointment.id))


def visits_in_calendar(operator, at):
    """The visits on which an operator goes, cancelled or not, from a month ago."""
    return _with_place().where(Appointment.worker == operator, Appointment.starts_at >= at - LOOK_BACK)


def visits_told(request, at):
    """A request's visits, cancelled or not, as its person knows them.

    None that can still be taken back, and none that was taken back before the person heard of it.
    """
    heard = Appointment.cancelled_at.is_null() | (Appointment.cancelled_at >= Appointment.undo_until)
    return _with_place().where(Appointment.request == request, Appointment.undo_until <= at, heard)


def places_told(request):
    """A request's place, cancelled or not, once its opening was sure to take place."""
    return (Place.select(Place, Opening, ServiceRequest, Municipality).join(Opening)
            .switch(Place).join(ServiceRequest).join(Municipality)
            .where(Place.request == request, Place.taken_at.is_null(False), Opening.confirmed_at.is_null(False)))
