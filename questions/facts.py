"""Questions about what the report counts: what is to be written, and who went where for how long."""

from models import Appointment, Event, Head, Place, Project, Referral, ServiceRequest


def occurrences_to_settle(request):
    """What of a request was marked and is not settled yet."""
    return [row for model in (Appointment, Place) for row in model.select().where(
        model.request == request, model.state.in_(model.MARKED), model.settled_at.is_null())]


def settling(model, marked_before):
    """The appointments, or places, whose week for objections is over and about which nothing is contested still."""
    calm = model.contested_at.is_null() | model.resolved_at.is_null(False)
    return model.select().where(model.state.in_(model.MARKED), model.settled_at.is_null(),
                                model.marked_at <= marked_before, calm)


def closed_without_a_fact():
    """Requests that closed before facts were written."""
    return ServiceRequest.select().where(ServiceRequest.state == "closed", ServiceRequest.settled_at.is_null())


def first_answer_to(request):
    """When a cooperative first answered a request: took it, confirmed, or proposed; None if none did."""
    referrals = Referral.select(Referral.id).where(Referral.request == request)
    row = (Event.select(Event.at).where(Event.subject == Referral._meta.table_name, Event.verb == "take",
                                        Event.subject_id.in_(referrals)).order_by(Event.at).first())
    return row and row.at


def last_referral_of(request):
    """The cooperative that was asked last, and how it answered; None if none was."""
    return Referral.select().where(Referral.request == request).order_by(Referral.id.desc()).first()


def heads_of_ended(on):
    """The random ids of people in projects that ended before this local date."""
    return Head.select().where(Head.project.in_(Project.select(Project.id).where(Project.ends_on < on)))
