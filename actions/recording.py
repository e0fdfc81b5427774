"""Recording: what the report counts is written by the verb that closes, once; it outlives the person and holds nobody."""

import secrets

from models import Appointment, Employee, Fact, Head, Municipality, Place, Project, Service, ServiceRequest, Unmet
from questions.facts import first_answer_to, last_referral_of, occurrences_to_settle
from rules import hours
from rules.sizes import size_class

from .moves import Actor, move, one_transaction


# ---------------------------------------------------------------- needs that nothing covered

def note_unmet(request: ServiceRequest, why: str, *, at):
    """A request that came to nothing, as a need: what, where, when, why. Once for each request."""
    _note(f"service_request:{request.id}", request.project, request.service, request.municipality, why, at,
          request.quantity if request.opening_id else 1)


def note_uncovered(project: Project, service: Service, municipality: Municipality, *, at, thing):
    """A service asked for where no cooperative goes. `thing`: what lies on the desk about it, so that it counts once."""
    _note(f"desk_item:{thing.id}", project, service, municipality, "not_covered", at, 1)


def note_missing(key: str, project: Project, *, at):
    """A need that no service of ours meets, once for each `key`."""
    Unmet.insert(key=key, project=project, need="altro", on=hours.local(at).date(), why="not_offered",
                 units=1).on_conflict_ignore().execute()


def _note(key, project, service, municipality, why, at, units):
    Unmet.insert(key=key, project=project, need=service.need, service=service, municipality=municipality,
                 on=hours.local(at).date(), why=why, units=units).on_conflict_ignore().execute()


# ---------------------------------------------------------------- facts

def head_of(employee: Employee | None, project: Project) -> str | None:
    """The random id that a person's facts carry in one project; of nobody, none."""
    if employee is None:
        return None
    Head.insert(employee=employee, project=project, mark=secrets.token_hex(8)).on_conflict_ignore().execute()
    return Head.get(Head.employee == employee, Head.project == project).mark


@one_transaction
def settle(visit: Appointment | Place, *, at, whatever=False):
    """Its week for objections is over: how it went is a fact now. Once; `whatever` is still contested about it, or not."""
    model = type(visit)
    calm = model.contested_at.is_null() | model.resolved_at.is_null(False) | whatever
    if model.update(settled_at=at).where(model.id == visit.id, model.settled_at.is_null(), calm).execute():
        _write(_of_occurrence(model.get_by_id(visit.id)))


def close(request: ServiceRequest, outcome: str, *, by: Actor, at, reason=None, verb="close"):
    """End a request, and write its fact. Called within the verb that ends it. Raises NotAllowed."""
    move(request, verb, by=by, at=at, outcome=outcome, reason=reason, closed_at=at)
    record(request, at=at)


@one_transaction
def record(request: ServiceRequest, *, at):
    """A request that closed, as a fact; once."""
    if ServiceRequest.update(settled_at=at).where(
            ServiceRequest.id == request.id, ServiceRequest.settled_at.is_null()).execute():
        _write(_of_request(request))


def settle_all(request: ServiceRequest, *, at):
    """Whatever was marked and not settled yet is settled now: whose it was is about to be forgotten."""
    for visit in occurrences_to_settle(request):
        settle(visit, at=at, whatever=True)
    if request.state == "closed":
        record(request, at=at)


def drop_heads(employee: Employee):
    """Nobody can tell any more whose these facts are."""
    Head.delete().where(Head.employee == employee).execute()


def drop_head(head: Head, *, at):
    """Its project has ended: the facts are counted, and nobody can tell any more whose they are."""
    Head.delete().where(Head.id == head.id).execute()


def _write(fact):
    Fact.insert(fact).on_conflict_ignore().execute()


def _of_request(request):
    return dict(_common(request), key=f"service_request:{request.id}", kind="request",
                on=hours.local(request.closed_at).date(), outcome=request.outcome, reason=_reason(request),
                cooperative=_cooperative(request), answer_minutes=_answer_minutes(request))


def _of_occurrence(visit):
    request, delivered = visit.request, visit.state == "delivered"
    money = {name: getattr(visit, name) for name in (
        "price_cents", "project_cents", "company_cents", "worker_cents", "vat_cents")} if delivered else {}
    return dict(_common(request), key=f"{visit._meta.table_name}:{visit.id}", kind="occurrence",
                on=hours.local(visit.starts_at).date(), outcome=visit.state, reason=visit.missed_by, score=visit.score,
                cooperative=_sent_by(visit), **money, **(_amount(visit, request) if delivered else {}))


def _sent_by(visit):
    return visit.opening.cooperative_id if isinstance(visit, Place) else visit.referral.cooperative_id


def _amount(visit, request):
    """Units and minutes delivered: of an hourly visit its minutes, of anything else its units."""
    lasted = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
    if not request.service.hourly:
        return {"units": visit.units_delivered, "minutes": lasted if isinstance(visit, Appointment) else 0}
    return {"minutes": visit.units_delivered * (1 if isinstance(visit, Appointment) else lasted)}


def _common(request):
    employee, company = request.employee, request.company
    service, municipality = request.service, request.municipality
    return dict(
        project=request.project, service=service, need=service.need, mode=service.mode, unit=service.unit,
        municipality=municipality, ambito=municipality.ambito, channel=request.channel,
        size_class=company and size_class(company.declared), firm_ambito=company and company.municipality.ambito,
        head=head_of(employee, request.project), gender=employee and employee.gender,
        age_band=employee and employee.age_band)


def _cooperative(request):
    """Whose opening it was, or the last that was asked."""
    last = last_referral_of(request)
    return request.opening.cooperative_id if request.opening_id else last and last.cooperative_id


def _reason(request):
    """A closed word: what the person chose; of what nobody took, how the last cooperative answered. Never free words."""
    if request.outcome == "cancelled_by_employee":
        return request.reason
    last = last_referral_of(request) if request.outcome in ("unfilled", "lapsed") else None
    return last and (last.reason if last.state == "declined" else "no_answer")


def _answer_minutes(request):
    answered = first_answer_to(request)
    return answered and int((answered - request.asked_at).total_seconds() // 60)
