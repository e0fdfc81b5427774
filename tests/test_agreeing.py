"""Proposals: what they hold and for how long, and the one other time that a person may ask for."""

from datetime import date, timedelta

import pytest
from acts import gianni, now, proposed, reserved, said, slot
from cast import asked, make_cast, moment, referral_of

import jobs
from actions import agreeing, answering, ending, planning, proposing
from actions.moves import Actor, NotAllowed
from models import Appointment, DeskItem, Project, Proposal, Referral, ServiceRequest
from rules.recurrence import Weekly

pytestmark = pytest.mark.both_engines

WEDNESDAY, FRIDAY, SATURDAY = date(2026, 12, 2), date(2026, 12, 4), date(2026, 12, 5)
MONTH = date(2026, 12, 21)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


# ---------------------------------------------------------------- a proposal, and another instead

def test_a_proposal_replaces_the_one_before_and_a_yes_to_the_older_is_too_late(cast, at):
    request = asked(cast, at=at)
    older = proposed(cast, request, slot(FRIDAY, "16:00", "19:00"), cast.marta, at=at)
    newer = proposed(cast, request, slot(SATURDAY, "10:00", "12:00"), cast.anna, at=at)
    for verb in (agreeing.accept, agreeing.decline):
        with pytest.raises(NotAllowed):
            verb(older, by=gianni(cast), at=at)
    with pytest.raises(NotAllowed):
        agreeing.counter(older, moment(FRIDAY, "10:00"), by=gianni(cast), at=at)
    [visit] = agreeing.accept(newer, by=gianni(cast), at=at)
    assert (visit.starts_at, visit.worker) == (moment(SATURDAY, "10:00"), cast.anna)
    assert now(older).state == "withdrawn"


def test_a_text_about_a_replaced_proposal_is_not_sent(cast, at):
    request = asked(cast, at=at)
    for begins in ("16:00", "17:00"):
        proposed(cast, request, slot(FRIDAY, begins, "19:00"), at=at)
    jobs.run(at)
    assert [message.state for message in said("proposal")] == ["dropped", "sent"]


def test_what_waits_for_a_yes_keeps_its_worker_free_until_it_is_declined(cast, at):
    first, second = asked(cast, at=at), asked(cast, at=at, employee=cast.teresa)
    waits = proposed(cast, first, slot(FRIDAY, "16:00", "19:00"), cast.marta, at=at)
    with pytest.raises(planning.Busy) as busy:
        answering.confirm(referral_of(second), cast.anna, cast.marta, at=at)
    assert (busy.value.other.starts_at, busy.value.other.worker_id) == (waits.starts_at, cast.marta.id)
    agreeing.decline(waits, by=gianni(cast), at=at)
    assert answering.confirm(referral_of(second), cast.anna, cast.marta, at=at)


def test_what_waits_for_a_yes_keeps_its_worker_free_until_it_lapses(cast, at):
    first, second = asked(cast, at=at, on=MONTH), asked(cast, at=at, on=MONTH, employee=cast.teresa)
    waits = proposed(cast, first, slot(MONTH, "16:00", "19:00"), cast.marta, at=at)
    with pytest.raises(planning.Busy):
        proposed(cast, second, slot(MONTH, "14:00", "16:30"), cast.marta, at=at)
    agreeing.lapse(waits, at=waits.due_at)
    assert answering.confirm(referral_of(second), cast.anna, cast.marta, at=waits.due_at)


def test_a_proposal_before_another_and_one_right_after_it_take_the_same_worker(cast, at):
    requests = [asked(cast, at=at, employee=person) for person in (cast.gianni, cast.sara, cast.teresa)]
    for request, hours in zip(requests, (("14:00", "16:00"), ("16:00", "18:00"), ("12:00", "14:00"))):
        proposed(cast, request, slot(FRIDAY, *hours), cast.marta, at=at)
    assert Proposal.select().where(Proposal.state == "waiting", Proposal.worker == cast.marta).count() == 3


# ---------------------------------------------------------------- money and the worker's time while it waits

def test_money_is_reserved_when_proposed_and_free_again_when_declined(cast, at):
    request = asked(cast, at=at)                                            # 66 euro, half of it the project's
    waits = proposed(cast, request, slot(FRIDAY, "16:00", "18:00"), at=at)
    assert (reserved(cast.gianni), reserved()) == ({2026: 2200}, {None: 2200})
    agreeing.decline(waits, by=gianni(cast), at=at)
    assert (reserved(cast.gianni), reserved()) == ({2026: 0}, {None: 0})


def test_a_yes_reserves_nothing_twice(cast, at):
    request = asked(cast, at=at)
    agreeing.accept(proposed(cast, request, slot(FRIDAY, "16:00", "18:00"), at=at), by=gianni(cast), at=at)
    assert (reserved(cast.gianni), reserved()) == ({2026: 2200}, {None: 2200})


def test_confirming_as_asked_instead_of_what_was_proposed_frees_what_that_held(cast, at):
    request = asked(cast, at=at)
    proposed(cast, request, slot(FRIDAY, "14:00", "19:00"), cast.marta, at=at)
    answering.confirm(now(referral_of(request)), cast.marta, cast.marta, at=at)
    assert reserved(cast.gianni) == {2026: 3300}
    assert Appointment.get().starts_at == request.starts_at


def test_confirming_as_asked_may_use_the_last_money_that_was_held_by_what_was_proposed(cast, at):
    Project.update(person_year_cents=3300).where(Project.id == cast.project.id).execute()
    request = asked(cast, at=at)
    proposed(cast, request, slot(FRIDAY, "16:00", "19:00"), cast.marta, at=at)
    [visit] = answering.confirm(now(referral_of(request)), cast.marta, cast.marta, at=at)
    assert (visit.project_cents, reserved(cast.gianni)) == (3300, {2026: 3300})


def test_a_proposal_that_cannot_be_leaves_the_older_one_waiting(cast, at):
    first, second = asked(cast, at=at), asked(cast, at=at, employee=cast.teresa)
    answering.confirm(referral_of(second), cast.marta, cast.marta, at=at)
    older = proposed(cast, first, slot(SATURDAY, "10:00", "12:00"), cast.marta, at=at)
    with pytest.raises(planning.Busy):
        proposed(cast, first, slot(FRIDAY, "14:00", "16:00"), cast.marta, at=at)
    assert now(older).state == "waiting" and reserved(cast.gianni) == {2026: 2200}


# ---------------------------------------------------------------- another time instead

def test_another_time_is_asked_for_once_and_then_it_takes_a_phone_call(cast, at):
    request = asked(cast, at=at)
    first = proposed(cast, request, slot(FRIDAY, "16:00", "19:00"), cast.marta, at=at)
    agreeing.counter(first, moment(SATURDAY, "10:00"), by=gianni(cast), at=at)
    second = proposed(cast, request, slot(SATURDAY, "11:00", "14:00"), cast.marta, at=at)
    assert (now(first).state, second.round) == ("withdrawn", 1)
    with pytest.raises(proposing.NoMoreRounds):
        agreeing.counter(second, moment(SATURDAY, "10:00"), by=gianni(cast), at=at)
    agreeing.ask_to_talk(second, by=gianni(cast), at=at)
    assert now(second).state == "waiting" and DeskItem.get(DeskItem.kind == "call_back").request == request


def test_another_time_instead_of_what_was_agreed_meanwhile_is_too_late_not_a_phone_call(cast, at):
    request = asked(cast, at=at)
    agreeing.counter(proposed(cast, request, slot(FRIDAY, "16:00", "19:00"), at=at), moment(SATURDAY, "10:00"),
                     by=gianni(cast), at=at)
    second = proposed(cast, request, slot(SATURDAY, "11:00", "14:00"), at=at)
    agreeing.accept(second, by=gianni(cast), at=at)
    with pytest.raises(NotAllowed):
        agreeing.counter(second, moment(SATURDAY, "10:00"), by=gianni(cast), at=at)


def test_the_next_cooperative_may_be_asked_for_another_time_again(cast, at):
    request = asked(cast, at=at)
    agreeing.counter(proposed(cast, request, slot(FRIDAY, "16:00", "19:00"), at=at), moment(SATURDAY, "10:00"),
                     by=gianni(cast), at=at)
    answering.decline(now(referral_of(request)), cast.marta, "full", at=at)
    waits = proposed(cast, request, slot(FRIDAY, "17:00", "19:00"), at=at, by=cast.luca)
    agreeing.counter(waits, moment(SATURDAY, "10:00"), by=gianni(cast), at=at)
    assert now(waits).state == "countered"


def test_asking_for_another_time_frees_the_worker_and_the_money(cast, at):
    request, other = asked(cast, at=at), asked(cast, at=at, employee=cast.teresa)
    agreeing.counter(proposed(cast, request, slot(FRIDAY, "16:00", "19:00"), cast.marta, at=at),
                     moment(SATURDAY, "10:00"), by=gianni(cast), at=at)
    assert reserved(cast.gianni) == {2026: 0}
    assert answering.confirm(referral_of(other), cast.marta, cast.marta, at=at)


def test_the_cooperative_s_yes_plans_the_time_that_was_asked_for(cast, at):
    request = asked(cast, at=at)
    waits = proposed(cast, request, slot(FRIDAY, "16:00", "18:00"), cast.marta, at=at)
    agreeing.counter(waits, moment(SATURDAY, "10:00"), by=gianni(cast), at=at)
    [visit] = agreeing.agree_to_counter(waits, cast.anna, cast.bruno, at=at)
    assert (visit.starts_at, visit.ends_at) == (moment(SATURDAY, "10:00"), moment(SATURDAY, "12:00"))
    assert (visit.worker, visit.price_cents, reserved(cast.gianni)) == (cast.bruno, 4400, {2026: 2200})
    assert now(request).state == "agreed" and len(said("confirmed")) == 1


def test_a_cooperative_that_does_not_answer_the_other_time_loses_the_request(cast, at):
    request = asked(cast, at=at, on=MONTH)
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=at)
    later = at + timedelta(hours=5)
    agreeing.counter(waits, moment(MONTH, "10:00"), by=gianni(cast), at=later)
    first = now(waits.referral)
    assert first.due_at == moment(date(2026, 12, 3), "12:00")       # sixteen working hours since 14:00
    jobs.run(first.due_at)
    assert (now(first).state, now(waits).state) == ("lapsed", "withdrawn")
    assert referral_of(request).cooperative == cast.quercia


def test_an_answer_to_a_proposal_that_lapsed_is_too_late(cast, at):
    request = asked(cast, at=at, on=MONTH)
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=at)
    agreeing.lapse(waits, at=waits.due_at)
    with pytest.raises(NotAllowed) as late:
        agreeing.accept(waits, by=gianni(cast), at=waits.due_at)
    assert late.value.row.state == "lapsed"


# ---------------------------------------------------------------- how long it waits

def test_the_time_to_answer_begins_when_the_text_is_sent_and_stands_still_at_night(cast, at):
    request, night = asked(cast, at=at, on=MONTH), moment(date(2026, 12, 1), "22:00")
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=night)
    jobs.run(night)
    assert now(waits).started_at is None and said("proposal")[0].state == "queued"
    sent = moment(WEDNESDAY, "08:30")       # half an hour after it could have gone
    jobs.run(sent)
    jobs.run(sent + timedelta(minutes=1))
    # 48 hours of twelve a day: Wednesday 8:30 to Monday 8:30; Sunday does not count
    assert (now(waits).started_at, now(waits).due_at) == (sent, moment(date(2026, 12, 7), "08:30"))
    assert now(waits).remind_at == moment(FRIDAY, "08:30")


def test_a_proposal_has_one_reminder_at_half_time_and_lapses_to_the_next_cooperative(cast, at):
    request = asked(cast, at=at, on=MONTH)
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=at)
    jobs.run(at)
    jobs.run(at + timedelta(minutes=1))
    waits = now(waits)
    for minutes in (0, 1, 60):
        jobs.run(waits.remind_at + timedelta(minutes=minutes))
    assert [message.state for message in said("proposal_reminder")] == ["sent"]
    jobs.run(waits.due_at)
    assert (now(waits).state, now(waits.referral).state) == ("lapsed", "withdrawn")
    assert referral_of(request).cooperative == cast.quercia and reserved(cast.gianni) == {2026: 0}
    assert len(said("referral_withdrawn")) == 1            # Marta, who proposed, hears of it


def test_the_cooperative_s_time_stands_still_while_the_person_thinks(cast, at):
    request = asked(cast, at=at, on=MONTH)
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=at)
    jobs.run(at)
    jobs.run(now(waits.referral).due_at + timedelta(hours=1))
    assert (now(waits.referral).state, now(waits).state) == ("taken", "waiting")
    assert not DeskItem.select().where(DeskItem.kind == "late").exists()


def test_a_request_lives_past_its_own_start_while_a_later_time_is_proposed(cast, at):
    request = asked(cast, at=at, on=FRIDAY)
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=moment(FRIDAY, "14:00"))
    jobs.run(moment(FRIDAY, "15:30"))
    assert (now(request).state, now(waits).state) == ("taken", "waiting")
    assert agreeing.accept(waits, by=gianni(cast), at=moment(FRIDAY, "16:00"))
    assert now(request).state == "agreed"


def test_no_after_its_own_start_ends_it_and_nobody_else_is_asked(cast, at):
    request = asked(cast, at=at, on=FRIDAY)
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=moment(FRIDAY, "14:00"))
    agreeing.decline(waits, by=gianni(cast), at=moment(FRIDAY, "16:00"))
    jobs.run(moment(FRIDAY, "16:00"))
    assert (now(request).state, now(request).outcome) == ("closed", "lapsed")
    assert Referral.select().where(Referral.request == request).count() == 1
    assert len(said("unfilled")) == 1 and not said("nobody_yet")


def test_a_proposal_that_lapses_after_its_own_start_ends_it_within_the_same_run(cast, at):
    request = asked(cast, at=at, on=FRIDAY)
    waits = proposed(cast, request, slot(MONTH, "16:00", "18:00"), at=moment(FRIDAY, "14:00"))
    jobs.run(moment(FRIDAY, "14:00"))
    jobs.run(moment(FRIDAY, "14:01"))
    jobs.run(now(waits).due_at)
    assert (now(waits).state, now(request).state, now(request).outcome) == ("lapsed", "closed", "lapsed")


def patient(request, until):
    """The cooperative has until then to answer."""
    Referral.update(tell_at=until, due_at=until).where(Referral.request == request).execute()


def test_what_would_begin_before_the_open_hours_do_is_proposed_and_accepted_at_once(cast, at):
    request = asked(cast, at=at, on=MONTH)
    night = moment(SATURDAY, "20:30")
    patient(request, night + timedelta(days=3))
    waits = proposed(cast, request, slot(date(2026, 12, 7), "07:30", "09:00"), cast.anna, at=night)
    jobs.run(night, ["deliver"])
    assert waits.due_at == moment(date(2026, 12, 7), "05:30")
    agreeing.accept(waits, by=gianni(cast), at=night)
    jobs.run(night, ["deliver"])
    assert [message.state for message in said("proposal") + said("accepted")] == ["sent"] * 3      # Marta, and Anna goes


# ---------------------------------------------------------------- a series is proposed

def test_a_proposed_series_is_planned_whole_and_asked_for_another_day_moves_whole(cast, at):
    request = asked(cast, at=at, on=MONTH, weekly=Weekly((1,), times=3))
    waits = proposed(cast, request, slot(date(2026, 12, 22), "15:00", "18:00", Weekly((2,), times=3)), cast.marta, at=at)
    agreeing.counter(waits, moment(date(2026, 12, 23), "15:00"), by=gianni(cast), at=at)
    visits = agreeing.agree_to_counter(waits, cast.marta, cast.marta, at=at)
    # Wednesdays: 6 January is a holiday
    assert [visit.starts_at for visit in visits] == [
        moment(on, "15:00") for on in (date(2026, 12, 23), date(2026, 12, 30), date(2027, 1, 13))]
    assert said("confirmed")[0].says["visits"] == 3


def test_a_proposed_series_holds_its_worker_on_each_of_its_days(cast, at):
    request = asked(cast, at=at, on=MONTH)
    proposed(cast, request, slot(MONTH, "15:00", "18:00", Weekly((1,), times=3)), cast.marta, at=at)
    days = {date(2026, 12, 22): True, date(2026, 12, 28): False, date(2027, 1, 4): False, date(2027, 1, 11): True}
    for on, free in days.items():
        other = asked(cast, at=at, on=on, employee=cast.teresa)
        try:
            answering.confirm(referral_of(other), cast.marta, cast.marta, at=at)
            assert free, on
        except planning.Busy:
            assert not free, on


def test_cancelling_while_something_is_proposed_frees_what_it_held(cast, at):
    request = asked(cast, at=at)
    waits = proposed(cast, request, slot(FRIDAY, "16:00", "18:00"), cast.marta, at=at)
    ending.cancel(now(request), by=gianni(cast), at=at)
    assert now(waits).state == "withdrawn" and reserved(cast.gianni) == {2026: 0}
    assert ServiceRequest.get_by_id(request.id).outcome == "cancelled_by_employee"


def test_a_page_that_saw_something_else_being_proposed_replaces_nothing(cast, at):
    request = asked(cast, at=at)

    def propose(seen):
        return agreeing.propose(
            referral_of(request), slot(date(2026, 12, 7), "16:00", "19:00"), None, by=Actor("operator", cast.marta.id),
            operator=cast.marta, at=at, seen=seen)

    first = propose("")
    with pytest.raises(NotAllowed):
        propose("")
    assert Proposal.select().count() == 1 and now(first).state == "waiting"
    assert propose(proposing.mark_of(first)).state == "waiting" and now(first).state == "withdrawn"
