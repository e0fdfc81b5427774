"""Leaving: an operator no longer works there; what was hers goes back to the cooperative, or on to the next."""

from collections import Counter

from models import Appointment, Code, Cooperative, Opening, Operator, Project, Proposal
from questions.leaving import answers_alone, proposed_for, queued_for, requests_touched, unanswered_by, visits_ahead, ways_in
from questions.opening_days import led_since
from questions.people import all_projects
from questions.territory import without_anyone_on_duty
from rules import hours

from .moves import Actor, NotAllowed, hold, move, note, one_transaction
from .planning import decide_at
from .putting import put_elsewhere
from .telling import tell
from .trusting import close_device, revoke


@one_transaction
def leave(operator: Operator, *, by: Actor, at):
    """"Non lavora più qui": nothing opens for her any more, and her visits are the cooperative's again (da decidere).

    What she did stays hers. Raises NotAllowed when she had left already.
    """
    hold(operator.cooperative)      # of the last two who leave at once, one must be the last
    for request in list(requests_touched(operator, at)):
        hold(request)
    _mark(operator, by, at)
    _shut_out(operator, by, at)
    _stop_writing(operator, by, at)
    _give_back(operator, by, at)
    if answers_alone(operator):
        _pass_on(operator.cooperative, by, at)
    if operator.answers:
        tell_if_nobody_answers(operator.cooperative, at=at)


def _mark(operator, by, at):
    """Her row is held from here on: nobody is given a visit in the meantime."""
    if not Operator.update(left_at=at).where(Operator.id == operator.id, Operator.left_at.is_null()).execute():
        raise NotAllowed(Operator.get_by_id(operator.id), "left")
    note(operator, "leave", by=by, at=at)


def _shut_out(operator, by, at):
    """Devices, links and the calendar's address die at once; a code that is on its way opens nothing."""
    devices, links = ways_in(operator)
    for device in list(devices):
        close_device(device, by=by, at=at)
    for link in list(links):
        revoke(link, by=by, at=at)
    Code.update(expires_at=at).where(Code.operator == operator, Code.used_at.is_null(), Code.expires_at > at).execute()


def _stop_writing(operator, by, at):
    for message in list(queued_for(operator)):
        move(message, "drop", by=by, at=at, ended_at=at, why="left")


# ---------------------------------------------------------------- what was hers

def _give_back(operator, by, at):
    """Nobody goes yet: the cooperative says who, or the desk hears of it. A visit that has begun stays hers."""
    visits = list(visits_ahead(operator, at))
    for visit in visits:
        Appointment.update(worker=None, decide_at=decide_at(visit.starts_at, at), changed_at=at).where(
            Appointment.id == visit.id).execute()
        note(visit, "assign", by=by, at=at, before=str(operator.id), after=str(None))
    for proposal in list(proposed_for(operator)):
        Proposal.update(worker=None).where(Proposal.id == proposal.id).execute()
        note(proposal, "assign", by=by, at=at, before=str(operator.id), after=str(None))
    for opening in list(led_since(operator, at)):
        Opening.update(worker=None).where(Opening.id == opening.id).execute()
        note(opening, "assign", by=by, at=at, before=str(operator.id), after=str(None))
    _tell_how_many(operator, visits, at)


def _tell_how_many(operator, visits, at):
    """The coordinators of each project with such visits hear how many there are."""
    for project_id, count in Counter(visit.request.project_id for visit in visits).items():
        tell(Project.get_by_id(project_id), "left", at=at, detail=f":{operator.id} {project_id}",
             cooperative=operator.cooperative.name, count=count)


def _pass_on(cooperative, by, at):
    """What the cooperative had still to answer goes to the next."""
    for referral in list(unanswered_by(cooperative)):
        put_elsewhere(referral, "withdraw", by=by, at=at)


def tell_if_nobody_answers(cooperative: Cooperative, *, at):
    """Where something is offered and nobody is on duty any more: every project hears of it, once a day."""
    if without_anyone_on_duty().where(Cooperative.id == cooperative.id).exists():
        for project in all_projects():
            tell(project, "no_operators", at=at, detail=f":{cooperative.id} {hours.local(at).date()}",
                 cooperative=cooperative.name)
