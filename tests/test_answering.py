"""Answering and its limits: first to act wins, each verb from each state, who is asked next, and nothing waits forever."""

import threading
from datetime import date, timedelta

import pytest
from cast import asked, make_cast, moment, referral_of

import jobs
from actions import answering, asking, delivering
from actions.moves import Actor, NotAllowed
from models import Appointment, DeskItem, Event, Message, Operator, Referral, ServiceRequest, db

pytestmark = pytest.mark.both_engines


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def now(row):
    return type(row).get_by_id(row.id)


def test_the_first_to_confirm_wins_and_the_other_reads_who_did(cast, at):
    referral = referral_of(asked(cast, at=at))
    seen_by_anna = Referral.get_by_id(referral.id)
    answering.confirm(referral, cast.marta, cast.marta, at=at)
    with pytest.raises(NotAllowed) as late:
        answering.confirm(seen_by_anna, cast.anna, cast.anna, at=at)
    assert late.value.row.operator == cast.marta
    assert Appointment.select().count() == 1


def test_many_at_once_make_one_appointment(app, cast, at):
    referral = referral_of(asked(cast, at=at))
    outcomes = []

    def confirm():
        with app.app_context():
            try:
                answering.confirm(Referral.get_by_id(referral.id), Operator.get_by_id(cast.anna.id), None, at=at)
                outcomes.append("won")
            except NotAllowed:
                outcomes.append("late")
            finally:
                db.close()
    tries = [threading.Thread(target=confirm) for _ in range(8)]
    [each.start() for each in tries]
    [each.join() for each in tries]
    assert outcomes.count("won") == 1 and len(outcomes) == 8
    assert Appointment.select().count() == 1


def test_nobody_is_sent_to_two_places_at_once(cast, at):
    first, second = asked(cast, at=at), asked(cast, at=at, employee=cast.teresa, begins="17:00", ends="19:00")
    answering.confirm(referral_of(first), cast.marta, cast.marta, at=at)
    with pytest.raises(answering.Busy):
        answering.confirm(referral_of(second), cast.marta, cast.marta, at=at)
    assert now(referral_of(second)).state == "waiting" and now(second).state == "open"
    answering.confirm(referral_of(second), cast.marta, cast.anna, at=at)


def test_undo_within_ten_minutes_takes_it_back_and_no_confirmation_goes(cast, at):
    request = asked(cast, at=at)
    visit = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    answering.undo(visit, cast.marta, at=at + timedelta(minutes=9))
    assert now(request).state == "taken" and now(visit).state == "cancelled"
    jobs.run(at + timedelta(minutes=11))
    assert Message.get(Message.kind == "confirmed").state == "dropped"
    again = answering.confirm(now(referral_of(request)), cast.marta, None, at=at + timedelta(minutes=12))
    with pytest.raises(NotAllowed):
        answering.undo(again, cast.marta, at=at + timedelta(minutes=22))


def test_declining_asks_the_next_cooperative_at_once(cast, at):
    request = asked(cast, at=at)
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    assert referral_of(request).cooperative == cast.quercia
    told = [m.operator for m in Message.select().where(Message.kind == "referral")]
    assert cast.luca in told and cast.elena not in told and cast.bruno not in told


def test_nobody_left_is_the_desk_s_and_the_person_hears_when_we_call(cast, at):
    request = asked(cast, at=at)
    for operator in (cast.marta, cast.luca):
        answering.decline(referral_of(request), operator, "far", at=at)
    item = DeskItem.get(DeskItem.kind == "unassigned")
    assert item.call_at == moment(date(2026, 12, 2), "09:00")
    assert now(request).promised_at is None
    assert Message.select().where(Message.kind == "nobody_yet").count() == 1
    assert Message.get(Message.kind == "told").coordinator == cast.paola


def test_no_more_than_four_calls_are_promised_for_one_hour(cast, at):
    for _ in range(5):
        request = asked(cast, at=at, service=cast.ad)
        answering.decline(referral_of(request), cast.marta, "full", at=at)
    slots = [item.call_at for item in DeskItem.select().where(DeskItem.kind == "unassigned").order_by(DeskItem.id)]
    assert slots == [moment(date(2026, 12, 2), "09:00")] * 4 + [moment(date(2026, 12, 2), "10:00")]


def test_silence_is_reminded_told_passed_on_and_ends_at_the_desk(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 21))
    first = referral_of(request)
    assert (first.remind_at, first.tell_at, first.due_at) == (
        moment(date(2026, 12, 1), "13:00"), moment(date(2026, 12, 1), "17:00"), moment(date(2026, 12, 3), "15:00"))
    jobs.run(first.remind_at)
    assert Message.select().where(Message.kind == "referral_reminder").count() == 2       # Marta and Anna
    jobs.run(first.tell_at)
    assert DeskItem.get(DeskItem.kind == "late").request == request
    jobs.run(first.due_at)
    second = referral_of(request)
    assert (now(first).state, second.cooperative) == ("lapsed", cast.quercia)
    assert Message.select().where(Message.kind == "answer_later").count() == 1
    jobs.run(second.due_at)
    assert now(second).state == "lapsed" and DeskItem.get(DeskItem.kind == "unassigned").request == request


def test_the_promise_moves_with_the_limit_and_is_said_again(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 21))
    before = now(request).promised_at
    answering.decline(referral_of(request), cast.marta, "full", at=at + timedelta(hours=3))
    assert now(request).promised_at > before
    moved = Message.get(Message.kind == "answer_later")
    assert moved.says["promised_at"] == now(request).promised_at.isoformat()


def test_taken_and_forgotten_goes_on_after_its_own_limit(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 21))
    referral = referral_of(request)
    answering.take(referral, cast.marta, at=at)
    assert now(referral).due_at == moment(date(2026, 12, 2), "16:00")      # sixteen working hours
    jobs.run(now(referral).due_at)
    assert now(referral).state == "lapsed" and referral_of(request).cooperative == cast.quercia
    assert now(request).state == "open"


def test_unagreed_at_its_start_it_ends_with_a_reason(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 2), begins="09:00", ends="11:00")
    jobs.run(moment(date(2026, 12, 2), "09:00"))
    assert (now(request).state, now(request).outcome) == ("closed", "lapsed")
    assert Message.select().where(Message.kind == "unfilled").exists()
    assert not Referral.select().where(Referral.state == "waiting").exists()


def test_a_call_that_was_promised_is_still_owed_when_the_request_lapses(cast, at):
    request = asked(cast, at=at, service=cast.ad)
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    asking.lapse(now(request), at=request.starts_at)
    assert [item.kind for item in DeskItem.select().where(DeskItem.done_at.is_null())] == ["to_phone"]


def test_a_wished_answer_cuts_the_limit(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 21), answer_by=moment(date(2026, 12, 1), "17:30"))
    assert referral_of(request).due_at <= moment(date(2026, 12, 1), "13:30")       # two cooperatives share the day


def test_handing_over_sends_a_colleague_her_own_link(cast, at):
    referral = referral_of(asked(cast, at=at))
    answering.take(referral, cast.marta, at=at)
    answering.hand_over(referral, cast.marta, cast.bruno, at=at)
    assert now(referral).operator == cast.bruno
    assert Message.get(Message.kind == "referral", Message.operator == cast.bruno).link.operator == cast.bruno
    with pytest.raises(NotAllowed):
        answering.hand_over(referral, cast.marta, cast.luca, at=at)


def test_the_desk_puts_it_before_another_cooperative(cast, at):
    request = asked(cast, at=at)
    first = referral_of(request)
    answering.put_by_desk(request, cast.quercia, cast.paola, at=at)
    assert now(first).state == "withdrawn" and referral_of(request).cooperative == cast.quercia
    answering.confirm(referral_of(request), cast.luca, cast.luca, at=at)
    with pytest.raises(NotAllowed):
        answering.put_by_desk(now(request), cast.melograno, cast.paola, at=at)


def test_a_text_about_a_request_confirmed_meanwhile_is_not_sent(cast, at):
    request = asked(cast, at=at)
    asking.cancel(now(request), by=Actor("employee", cast.gianni.id), at=at)
    jobs.run(at)
    assert {m.state for m in Message.select().where(Message.kind == "referral")} == {"dropped"}


# ---------------------------------------------------------------- every verb from every state

def _waiting(cast, at):
    return asked(cast, at=at)


def _taken(cast, at):
    request = asked(cast, at=at)
    answering.take(referral_of(request), cast.marta, at=at)
    return request


def _agreed(cast, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    return request


def _delivered(cast, at):
    request = _agreed(cast, at)
    delivering.deliver(Appointment.get(Appointment.request == request), cast.marta, at=request.ends_at)
    return request


def _closed(cast, at):
    request = asked(cast, at=at)
    asking.cancel(now(request), by=Actor("employee", cast.gianni.id), at=at)
    return request


STATES = {"waiting": _waiting, "taken": _taken, "agreed": _agreed, "delivered": _delivered, "closed": _closed}
VERBS = {
    "take": lambda c, r, at: answering.take(referral_of(r), c.anna, at=at),
    "confirm": lambda c, r, at: answering.confirm(now(referral_of(r)), c.anna, None, at=at),
    "decline": lambda c, r, at: answering.decline(referral_of(r), c.anna, "full", at=at),
    "undo": lambda c, r, at: answering.undo(Appointment.get(Appointment.request == r), c.anna, at=at),
    "cancel": lambda c, r, at: asking.cancel(now(r), by=Actor("employee", c.gianni.id), at=at),
    "close": lambda c, r, at: asking.close(now(r), "unfilled", "nobody", by=Actor("coordinator", c.paola.id), at=at),
    "deliver": lambda c, r, at: delivering.deliver(Appointment.get(Appointment.request == r), c.anna, at=r.ends_at),
}
ALLOWED = {
    "waiting": {"take", "confirm", "decline", "cancel", "close"},
    "taken": {"confirm", "decline", "cancel", "close"},
    "agreed": {"undo", "cancel", "close", "deliver"},
    "delivered": set(),
    "closed": set(),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_from_every_state(cast, at, state, verb):
    request = STATES[state](cast, at)
    if verb in ALLOWED[state]:
        VERBS[verb](cast, request, at)
        return
    events = Event.select().count()
    with pytest.raises((NotAllowed, Appointment.DoesNotExist)):
        VERBS[verb](cast, request, at)
    assert Event.select().count() == events


def test_every_ended_request_has_an_outcome(cast, at):
    for state in ("closed",):
        STATES[state](cast, at)
    assert all(request.outcome for request in ServiceRequest.select().where(ServiceRequest.state == "closed"))
