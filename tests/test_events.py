"""Every change leaves an event: whatever moved a row, who did it and when can be read afterwards."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from cast import asked, make_cast, referral_of
from conftest import AT

import jobs
from actions import answering, conversing, delivering, desk, digesting, ending, joining
from actions.moves import Actor
from models import (
    Appointment, Coordination, DeskItem, Employee, Event, InboundMessage, Operator, Referral, ServiceRequest,
)

WATCHED = (ServiceRequest, Referral, Appointment, DeskItem, Employee, Operator, Coordination)


@pytest.fixture
def cast(app):
    """The usual people."""
    return make_cast(AT)


def everything():
    """Each watched row as it is, by table and id."""
    return {(model._meta.table_name, row["id"]): row for model in WATCHED for row in model.select().dicts()}


@contextmanager
def noted():
    """Whatever changes inside leaves an event of its own row."""
    before, last = everything(), Event.select().count()
    yield
    events = {(event.subject, event.subject_id) for event in Event.select().order_by(Event.id).offset(last)}
    changed = {key for key, row in everything().items() if before.get(key) != row}
    assert changed and changed <= events, changed - events


def test_silence_to_the_end_leaves_its_trace(cast, at):
    with noted():
        request = asked(cast, at=at, on=date(2026, 12, 21))
    jobs.run(at)                    # the texts go out: its time begins
    for _cooperative in range(2):
        referral = referral_of(request)
        for moment in (referral.remind_at, referral.tell_at, referral.due_at):
            with noted():
                jobs.run(moment)
    with noted():
        jobs.run(request.starts_at)


def test_what_an_operator_does_leaves_its_trace(cast, at):
    request = asked(cast, at=at)
    referral = referral_of(request)
    for verb in (lambda: answering.be_on_duty(cast.elena, on_duty=True, at=at),
                 lambda: answering.take(referral, cast.marta, at=at),
                 lambda: answering.hand_over(Referral.get_by_id(referral.id), cast.marta, cast.anna, at=at),
                 lambda: answering.confirm(Referral.get_by_id(referral.id), cast.anna, cast.anna, at=at),
                 lambda: answering.undo(Appointment.get(), cast.anna, at=at),
                 lambda: answering.confirm(Referral.get_by_id(referral.id), cast.anna, None, at=at),
                 lambda: answering.assign(Appointment.get(Appointment.state == "planned"), cast.bruno, cast.anna, at=at),
                 lambda: delivering.deliver(Appointment.get(Appointment.state == "planned"), cast.anna,
                                            at=request.ends_at)):
        with noted():
            verb()


def test_what_a_person_does_leaves_its_trace(cast, at):
    request, me = asked(cast, at=at), cast.gianni
    for verb in (lambda: joining.call_me(me, "pranzo", at=at, language="it"),
                 lambda: joining.speak(me, "en", at=at),
                 lambda: joining.name(me, "Gigi", at=at),
                 lambda: ending.cancel(request, by=Actor("employee", me.id), at=at),
                 lambda: conversing.act(conversing.receive("SM1", me.phone.number, "boh", at=at), at=at)):
        with noted():
            verb()
    conversing.act(conversing.receive("SM2", me.phone.number, "STOP", at=at), at=at)
    assert InboundMessage.select().count() == 2 and Event.get(Event.verb == "stop").subject_id == me.phone_id


def test_what_a_coordinator_does_leaves_its_trace(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 21))
    item = desk.open_item("late", project=cast.project, request=request, at=at)
    mine = Coordination.get(Coordination.coordinator == cast.paola)
    for verb in (lambda: desk.take_on(item, cast.paola, at=at),
                 lambda: desk.say(item, "richiama domani", cast.paola, at=at),
                 lambda: desk.let_go(item, cast.paola, at=at),
                 lambda: answering.put_by_desk(request, cast.quercia, cast.paola, at=at + timedelta(days=1)),
                 lambda: digesting.away(mine, date(2026, 12, 9), cast.ugo, by=Actor("coordinator", cast.paola.id), at=at),
                 lambda: digesting.back(mine, by=Actor("coordinator", cast.paola.id), at=at),
                 lambda: ending.close(ServiceRequest.get(), "unfilled", "nessuno", by=Actor("coordinator", 1), at=at)):
        with noted():
            verb()
