"""Verbs said by several processes at once: a program that test_races.py starts, with what to say on its standard input."""

import json
import multiprocessing
import sys
import traceback
from datetime import datetime
from itertools import zip_longest

from actions import agreeing, answering, asking, delivering, ending, forgetting, openings, placing, proposing
from actions.moves import Actor, NotAllowed
from actions.planning import Busy, NoDays, SharesChanged, Slot
from app import create_app
from jobs.turns import turns
from models import (
    Appointment, Cooperative, Coordinator, Employee, InboundMessage, Opening, Operator, Place, Proposal, Referral, ServiceRequest, db,
)
from settings import Settings
from texting import dialogue

REFUSALS = (NotAllowed, Busy, SharesChanged, NoDays, proposing.NoMoreRounds, placing.Full, placing.AlreadyThere,
            asking.PriceChanged)
EMPLOYEE = Actor("employee", 1)


def _slot(start, end):
    return Slot(datetime.fromisoformat(start), datetime.fromisoformat(end))


def _propose(at, referral, operator, start, end):
    marta = Operator.get_by_id(operator)
    agreeing.propose(Referral.get_by_id(referral), _slot(start, end), marta, by=Actor("operator", operator), at=at,
                     operator=marta)


def _confirm(at, referral, operator):
    operator = Operator.get_by_id(operator)
    answering.confirm(Referral.get_by_id(referral), operator, operator, at=at)


def _put(at, request, cooperative, coordinator):
    answering.put_by_desk(ServiceRequest.get_by_id(request), Cooperative.get_by_id(cooperative),
                          Coordinator.get_by_id(coordinator), at=at)


def _lapse(at, proposal):
    row = Proposal.get_by_id(proposal)
    agreeing.lapse(row, at=row.due_at)
    if Proposal.get_by_id(proposal).state != "lapsed":
        raise NotAllowed(row)


def _book(at, opening, employee, units, may_wait):
    opening, person = Opening.get_by_id(opening), Employee.get_by_id(employee)
    shown = placing.quote(opening, units, person, at=at).shares.worker
    placing.book(placing.Seat(opening, units, {}), person, ask_key=f"race:{opening.id}:{employee}", shown_cents=shown,
                 at=at, may_wait=may_wait)


def _take(at, place):
    row = Place.get_by_id(place)
    placing.take(row, by=Actor("employee", row.request.employee_id), at=at, shown_cents=row.worker_cents)


def _give_back(at, place):
    row = Place.get_by_id(place)
    ending.cancel(row.request, by=Actor("employee", row.request.employee_id), at=at)


def _close_day(at, opening, operator):
    row = Opening.get_by_id(opening)
    delivering.close_day(row, Operator.get_by_id(operator), {}, {operator: 540}, at=row.ends_at)


SAY = {
    "text": lambda at, inbound: dialogue.act(InboundMessage.get_by_id(inbound), at=at),
    "book": _book,
    "take": _take,
    "give_back": _give_back,
    "turns": lambda at: turns(at),
    "close_day": _close_day,
    "cancel_opening": lambda at, opening: openings.cancel(Opening.get_by_id(opening), by=Actor("coordinator", 1), at=at),
    "erase": lambda at, employee: forgetting.erase(
        Employee.get_by_id(employee), by=Actor("employee", employee), at=at),
    "confirm": _confirm,
    "propose": _propose,
    "put_by_desk": _put,
    "lapse": _lapse,
    "accept": lambda at, proposal: agreeing.accept(Proposal.get_by_id(proposal), by=EMPLOYEE, at=at),
    "decline": lambda at, proposal: agreeing.decline(Proposal.get_by_id(proposal), by=EMPLOYEE, at=at),
    "counter": lambda at, proposal, start: agreeing.counter(
        Proposal.get_by_id(proposal), datetime.fromisoformat(start), by=EMPLOYEE, at=at),
    "cancel": lambda at, request: ending.cancel(ServiceRequest.get_by_id(request), by=EMPLOYEE, at=at),
    "deliver": lambda at, visit, operator: delivering.deliver(
        Appointment.get_by_id(visit), Operator.get_by_id(operator), at=at),
}


def say(settings, at, ready, lines, outcomes):
    """One process: say one line after the other, each when the others are there too; who has none left just waits."""
    app = create_app(Settings(**settings))
    with app.app_context():
        db.connect(reuse_if_open=True)
        for line in lines:
            ready.wait(60)
            if line:
                verb, *arguments = line
                outcomes.put(_outcome(SAY[verb], datetime.fromisoformat(at), arguments, verb))


def _outcome(verb, at, arguments, name):
    try:
        verb(at, *arguments)
    except REFUSALS as refusal:
        return [name, type(refusal).__name__, None]
    except Exception as error:
        return [name, type(error).__name__, traceback.format_exc(limit=-6)]
    return [name, "done", None]


def main():
    """Read what each process is to say, and write what became of each line."""
    told = json.load(sys.stdin)
    fork = multiprocessing.get_context("fork")      # nothing is open yet: each opens the database for itself
    ready, outcomes = fork.Barrier(len(told["lines"])), fork.Queue()
    side_by_side = zip(*zip_longest(*told["lines"]))
    processes = [fork.Process(target=say, args=(told["settings"], told["at"], ready, lines, outcomes))
                 for lines in side_by_side]
    for process in processes:
        process.start()
    became = [outcomes.get(timeout=60) for lines in told["lines"] for _ in lines]
    for process in processes:
        process.join(60)
    json.dump(became, sys.stdout)


if __name__ == "__main__":
    main()
