"""Questions about who worked when: visits that were delivered, and openings at which somebody was."""

import peewee

from models import Appointment, Municipality, Opening, Operator, Referral, Service, ServiceRequest, Staffing

LEFT = peewee.JOIN.LEFT_OUTER


def visits_worked(cooperative, begins, ends):
    """A cooperative's delivered visits that began in [begins, ends), with who went; nobody who was visited is even read."""
    return (Appointment.select(Appointment, ServiceRequest.reference, Service, Municipality.name, Operator)
            .join(Referral).switch(Appointment).join(Operator, LEFT, on=Appointment.worker, attr="worker")
            .switch(Appointment).join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .where(Referral.cooperative == cooperative, Appointment.state == "delivered",
                   Appointment.starts_at >= begins, Appointment.starts_at < ends)
            .order_by(Appointment.starts_at, Appointment.id))


def openings_worked(cooperative, begins, ends):
    """Who worked at a cooperative's openings that began in [begins, ends), and how long."""
    return (Staffing.select(Staffing, Operator, Opening, Service, Municipality.name)
            .join(Operator).switch(Staffing).join(Opening).join(Service).switch(Opening).join(Municipality)
            .where(Opening.cooperative == cooperative, Opening.starts_at >= begins, Opening.starts_at < ends)
            .order_by(Opening.starts_at, Staffing.id))
