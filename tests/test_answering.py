"""Answering and its limits: first to act wins, who is asked next, and nothing waits forever."""

import threading
from datetime import date, timedelta

import pytest
from cast import asked, make_cast, moment, referral_of

import jobs
from actions import answering, ending, planning
from actions.moves import Actor, NotAllowed
from models import Appointment, DeskItem, Message, Operator, Referral, db
from questions.work import late

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
    with pytest.raises(planning.Busy):
        answering.confirm(referral_of(second), cast.marta, cast.marta, at=at)
    assert now(referral_of(second)).state == "waiting" and now(second).state == "open"
    answering.confirm(referral_of(second), cast.marta, cast.anna, at=at)


def test_undo_within_ten_minutes_takes_it_back_and_no_confirmation_goes(cast, at):
    request = asked(cast, at=at)
    [visit] = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    answering.undo(visit, cast.marta, at=at + timedelta(minutes=9))
    assert now(request).state == "taken" and now(visit).state == "cancelled"
    jobs.run(at + timedelta(minutes=11))
    assert Message.get(Message.kind == "confirmed").state == "dropped"
    [again] = answering.confirm(now(referral_of(request)), cast.marta, None, at=at + timedelta(minutes=12))
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
    jobs.run(at)                                            # the texts go out: its time begins
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
    ending.lapse(now(request), at=request.starts_at)
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
    ending.cancel(now(request), by=Actor("employee", cast.gianni.id), at=at)
    jobs.run(at)
    assert {m.state for m in Message.select().where(Message.kind == "referral")} == {"dropped"}



# ---------------------------------------------------------------- what a person or a colleague is told again

def referral_texts(operator):
    return Message.select().where(Message.operator == operator, Message.kind == "referral").count()


def test_what_was_handed_over_and_back_can_be_handed_over_again(cast, at):
    referral = referral_of(asked(cast, at=at))
    hands = (cast.marta, cast.bruno), (cast.bruno, cast.marta), (cast.marta, cast.bruno)
    for minute, (giver, taker) in enumerate(hands):
        answering.hand_over(now(referral), giver, taker, at=at + timedelta(minutes=minute))
    assert referral_texts(cast.bruno) == 2


def test_a_colleague_whose_link_got_lost_may_ask_for_it_again(cast, at):
    referral, before = referral_of(asked(cast, at=at)), referral_texts(cast.anna)
    for minute in (0, 0, 5):        # pressed twice, and once more later
        answering.send_to_colleague(referral, cast.anna.phone, at=at + timedelta(minutes=minute))
    assert referral_texts(cast.anna) - before == 2


def test_what_is_confirmed_is_not_handed_over_any_more(cast, at):
    referral = referral_of(asked(cast, at=at))
    answering.confirm(referral, cast.marta, cast.marta, at=at)
    with pytest.raises(NotAllowed):
        answering.hand_over(now(referral), cast.marta, cast.bruno, at=at)
    assert now(referral).operator == cast.marta


def test_a_refusal_from_before_a_colleague_took_it_is_too_late(cast, at):
    referral = referral_of(asked(cast, at=at))
    answering.take(now(referral), cast.marta, at=at)
    with pytest.raises(NotAllowed):
        answering.decline(referral, cast.anna, "full", at=at)
    assert now(referral).state == "taken"


def test_who_is_late_twice_is_told_of_twice(cast, at):
    referral = referral_of(asked(cast, at=at, on=date(2026, 12, 21)))
    jobs.run(at)
    jobs.run(referral.tell_at)
    answering.take(now(referral), cast.marta, at=referral.tell_at)
    jobs.run(now(referral).tell_at)
    assert now(referral).told_at == now(referral).tell_at
    late = [m for m in Message.select().where(Message.kind == "told") if m.says["why"] == "late"]
    assert len(late) == 2


def test_nobody_is_late_who_confirmed_while_the_job_was_reading(cast, at):
    referral = referral_of(asked(cast, at=at))
    read, = late(referral.tell_at)
    answering.confirm(referral, cast.marta, cast.marta, at=referral.tell_at)
    answering.tell_late(read, at=referral.tell_at)
    assert not DeskItem.select().where(DeskItem.kind == "late").exists()


def test_nobody_is_late_who_took_it_while_the_job_was_reading(cast, at):
    referral = referral_of(asked(cast, at=at, on=date(2026, 12, 21)))
    read, = late(referral.tell_at)
    answering.take(referral, cast.marta, at=referral.tell_at)
    answering.tell_late(read, at=read.tell_at)
    assert not DeskItem.select().where(DeskItem.kind == "late").exists() and now(referral).told_at is None


def test_taking_it_and_thinking_again_does_not_move_a_promise_that_still_holds(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 21))
    promised = now(request).promised_at
    [visit] = answering.confirm(referral_of(request), cast.marta, None, at=at)
    answering.undo(visit, cast.marta, at=at + timedelta(minutes=5))
    [visit] = answering.confirm(now(referral_of(request)), cast.marta, None, at=at + timedelta(minutes=40))
    answering.undo(visit, cast.marta, at=at + timedelta(minutes=45))
    assert now(request).promised_at == promised
    assert not Message.select().where(Message.kind == "answer_later").exists()


def test_who_waits_for_a_call_hears_that_a_cooperative_was_found_and_again_if_not(cast, at):
    request = asked(cast, at=at, service=cast.ad)
    for minute in (0, 10):
        answering.decline(referral_of(request), cast.marta, "full", at=at + timedelta(minutes=minute))
        if not minute:
            answering.put_by_desk(now(request), cast.melograno, cast.paola, at=at + timedelta(minutes=5))
            told = Message.get(Message.kind == "answer_later")
            assert told.says["promised_at"] == now(request).promised_at.isoformat()
    calls = [m.says["call_at"] for m in Message.select().where(Message.kind == "nobody_yet")]
    assert len(calls) == 2


def test_who_was_texted_in_the_night_does_not_hear_of_what_is_confirmed_by_morning(cast, at):
    night = moment(date(2026, 12, 1), "21:00")
    request = asked(cast, at=night)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=night)
    jobs.run(moment(date(2026, 12, 2), "08:00"), ["deliver"])
    assert {m.state for m in Message.select().where(Message.kind == "referral")} == {"dropped"}


def test_a_visit_called_off_by_the_desk_at_the_last_moment_is_said_at_once(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 6), begins="10:00", ends="12:00")       # a Sunday
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    ending.close(now(request), "cancelled_by_cooperative", "", by=Actor("coordinator", cast.paola.id),
                 at=moment(date(2026, 12, 5), "21:00"))
    said = Message.select().where(Message.kind.in_(("referral_withdrawn", "cancelled_by_cooperative")))
    assert {(m.kind, m.hours) for m in said} == {("referral_withdrawn", "now"), ("cancelled_by_cooperative", "now")}


# ---------------------------------------------------------------- was it done?

def test_after_a_holiday_it_is_asked_how_it_was_on_the_next_open_day(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 25))
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    jobs.run(moment(date(2026, 12, 25), "18:00"), ["ask_for_marks"])
    jobs.run(moment(date(2026, 12, 28), "08:00"), ["deliver"])
    assert Message.get(Message.kind == "mark_delivered").state == "sent"


def test_where_nobody_was_named_who_confirmed_is_asked_how_it_was(cast, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, None, at=at)
    jobs.run(moment(date(2026, 12, 4), "18:00"), ["ask_for_marks", "deliver"])
    asked_for = Message.get(Message.kind == "mark_delivered")
    assert (asked_for.operator, asked_for.state) == (cast.marta, "sent")


def test_the_longer_day_in_october_hides_no_visit(cast, at):
    request = asked(cast, at=at, on=date(2027, 10, 30), begins="16:30", ends="18:30")
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    for day in (30, 31):            # the clock is put back in the night between
        jobs.run(moment(date(2027, 10, day), "18:00"), ["ask_for_marks"])
    assert Message.select().where(Message.kind == "mark_delivered").count() == 1


def test_a_confirmation_that_could_only_go_after_the_visit_goes_at_once(cast, at):
    saturday = moment(date(2026, 12, 5), "19:55")
    request = asked(cast, at=at, on=date(2026, 12, 6), begins="10:00", ends="12:00")       # a Sunday
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=saturday)
    jobs.run(saturday + timedelta(minutes=11))
    assert Message.get(Message.kind == "confirmed").state == "sent"
