"""Rating: one question after a delivery, a thank you for who went, and two optional words about the person."""

from models import Appointment, Employee, Place
from questions.operators import who_went_to

from . import contesting, desk
from .moves import Actor, NotAllowed, hold, note, one_transaction
from .outbox import queue, two_days
from .telling import tell

SCORES = range(1, 6)
LOW = 2
GENDERS = ("f", "m", "x")
AGE_BANDS = ("18-29", "30-44", "45-59", "60+")


def may_rate(visit: Appointment | Place, at) -> bool:
    """Whether the question is open: delivered, not answered, and not settled yet."""
    return visit.state == "delivered" and not visit.score and not visit.settled_at and at <= contesting.until(visit)


@one_transaction
def rate(visit: Appointment | Place, score: int, *, by: Actor, at):
    """How it was, 1 to 5; said once. A low score tells the coordinator. Raises NotAllowed, ValueError."""
    if score not in SCORES:
        raise ValueError("a score is 1 to 5")
    request, model = visit.request, type(visit)
    if not may_rate(model.get_by_id(visit.id), at) or not model.update(score=score, scored_at=at).where(
            model.id == visit.id, model.score.is_null(), model.settled_at.is_null()).execute():
        raise NotAllowed(model.get_by_id(visit.id))
    note(visit, "rate", by=by, at=at)
    if score <= LOW:
        name = model._meta.table_name
        desk.open_item("low_score", project=request.project, request=request, employee=request.employee,
                       language=request.language, at=at, **{name: visit})
        tell(request.project, "low_score", at=at, request=request, detail=f":{name}:{visit.id}")


def may_thank(visit: Appointment | Place) -> bool:
    """Whether a thank you can still be sent: once, for what was delivered."""
    return visit.state == "delivered" and not visit.thanked_at


@one_transaction
def thank(visit: Appointment | Place, *, by: Actor, at):
    """"Grazie" reaches whoever went: a family wrote it, no name. Once. Raises NotAllowed."""
    model = type(visit)
    if not model.update(thanked_at=at).where(
            model.id == visit.id, model.state == "delivered", model.thanked_at.is_null()).execute():
        raise NotAllowed(model.get_by_id(visit.id))
    note(visit, "thank", by=by, at=at)
    for operator in who_went_to(visit):
        queue("thanks", operator, at=at, worth=two_days(at), hours_class="open", request=visit.request,
              **{model._meta.table_name: visit})


@one_transaction
def say_about_oneself(employee: Employee, *, gender: str | None, age_band: str | None, at):
    """Gender and age band for the report, if the person wishes to; asked once, either may stay empty."""
    if gender not in (None, *GENDERS) or age_band not in (None, *AGE_BANDS):
        raise ValueError("not one of the choices")
    hold(employee)
    Employee.update(gender=gender, age_band=age_band, asked_about_at=at).where(Employee.id == employee.id).execute()
    note(employee, "say_about_oneself", by=Actor("employee", employee.id), at=at)
