"""Series and their ends: one visit, those after it or all of them called off, given back, delivered, taken back."""

from datetime import date, timedelta

import pytest
from acts import agreed, change, confirmed, gianni, now, proposed, reserved, said, slot
from cast import asked, make_cast, moment, referral_of

import jobs
from actions import agreeing, answering, changing, delivering, ending, forgetting, planning
from actions.moves import Actor, NotAllowed
from models import Appointment, Coverage, DeskItem, Event, Message, Referral, Service, ServiceRequest
from questions.forgetting import requests_to_forget
from questions.work import planned_of
from rules.recurrence import Weekly

pytestmark = pytest.mark.both_engines

FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 14)
WEEKS = [MONDAY, date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4)]


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def series(cast, at, **wish):
    """Four Mondays from 15 to 18, confirmed."""
    return agreed(cast, at, on=MONDAY, weekly=Weekly((1,), times=4), **wish)


def states(visits):
    return " ".join(now(visit).state for visit in visits)


# ---------------------------------------------------------------- a series is planned

def test_so_many_times_are_as_many_visits_with_their_own_money(cast, at):
    request, visits = series(cast, at)
    assert [visit.starts_at for visit in visits] == [moment(on, "15:00") for on in WEEKS]
    assert {visit.price_cents for visit in visits} == {6600} and now(request).price_cents == 26400
    assert {visit.worker for visit in visits} == {cast.marta} and reserved(cast.gianni) == {2026: 9900, 2027: 3300}
    assert len(said("confirmed")) == 1 and said("confirmed")[0].says["visits"] == 4


def test_until_a_day_means_that_day_too_and_no_holiday(cast, at):
    request, visits = agreed(cast, at, on=MONDAY, weekly=Weekly((1, 5), until=date(2027, 1, 4)))
    assert [visit.starts_at.date() for visit in visits] == [
        MONDAY, date(2026, 12, 18), date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4)]   # no holiday Friday


def test_a_worker_who_is_busy_on_one_day_of_a_series_is_busy_for_it(cast, at):
    agreed(cast, at, on=WEEKS[2], employee=cast.teresa)
    request = asked(cast, at=at, on=MONDAY, weekly=Weekly((1,), times=4))
    with pytest.raises(planning.Busy) as busy:
        confirmed(cast, request, at=at)
    assert busy.value.other.starts_at == moment(WEEKS[2], "15:00")
    assert now(request).state == "open" and Appointment.select().count() == 1


# ---------------------------------------------------------------- the person calls it off

def test_one_visit_is_called_off_and_the_others_stand(cast, at):
    request, visits = series(cast, at)
    ending.cancel_visit(visits[1], by=gianni(cast), at=at)
    assert states(visits) == "planned cancelled planned planned" and now(request).state == "agreed"
    assert reserved(cast.gianni) == {2026: 6600, 2027: 3300} and reserved() == {None: 9900}


def test_calling_off_one_visit_leaves_what_is_proposed_about_another(cast, at):
    _request, visits = series(cast, at)
    proposal = change(cast, visits[2], slot(date(2026, 12, 29), "15:00", "18:00"), at=at)
    ending.cancel_visit(visits[0], by=gianni(cast), at=at)
    assert now(proposal).state == "waiting"
    ending.cancel_visit(visits[1], following=True, by=gianni(cast), at=at)
    assert now(proposal).state == "withdrawn" and sum(reserved(cast.gianni).values()) == 0


def test_of_a_series_whose_first_visit_is_called_off_at_once_the_rest_is_confirmed(cast, at):
    _request, visits = series(cast, at)
    ending.cancel_visit(visits[0], by=gianni(cast), at=at + timedelta(minutes=5))
    jobs.run(at + timedelta(minutes=11))
    assert [message.state for message in said("confirmed")] == ["sent"]


def test_a_visit_and_those_after_it_are_called_off(cast, at):
    request, visits = series(cast, at)
    ending.cancel_visit(visits[2], following=True, by=gianni(cast), at=at)
    assert states(visits) == "planned planned cancelled cancelled" and now(request).state == "agreed"
    told = said("cancelled_by_employee")
    assert [message.operator for message in told] == [cast.marta] and told[0].says["visits"] == 2


def test_calling_off_the_last_that_stood_ends_it(cast, at):
    request, visits = series(cast, at)
    for visit in visits:
        ending.cancel_visit(visit, by=gianni(cast), at=at)
    assert (now(request).state, now(request).outcome) == ("closed", "cancelled_by_employee")
    assert now(referral_of(request)).state == "withdrawn" and reserved(cast.gianni) == {2026: 0, 2027: 0}


def test_calling_off_the_whole_leaves_what_was_delivered(cast, at):
    request, visits = series(cast, at)
    after = visits[0].ends_at
    delivering.deliver(visits[0], cast.marta, at=after)
    ending.cancel(now(request), by=gianni(cast), at=after)
    assert states(visits) == "delivered cancelled cancelled cancelled" and now(request).state == "agreed"
    jobs.run(after + timedelta(days=7, hours=20), ["close"])
    assert (now(request).state, now(request).outcome) == ("closed", "delivered")


def test_each_visit_has_its_own_limit_for_calling_it_off_free_of_charge(cast, at):
    request, visits = series(cast, at)
    late = moment(WEEKS[0], "10:00")
    ending.cancel(now(request), by=gianni(cast), at=late)
    assert [now(visit).cancelled_late for visit in visits] == [True, False, False, False]


def test_visits_delivered_one_by_one_close_it_a_week_after_the_last(cast, at):
    request, visits = series(cast, at)
    for visit in visits:
        jobs.run(visit.ends_at + timedelta(days=8), ["close"])
        delivering.deliver(visit, cast.marta, at=visit.ends_at)
        assert now(request).state == "agreed"
    last = visits[-1].ends_at
    jobs.run(last + timedelta(days=6), ["close"])
    assert now(request).state == "agreed"
    jobs.run(last + timedelta(days=9), ["close"])
    assert (now(request).state, now(request).outcome) == ("closed", "delivered")


# ---------------------------------------------------------------- the cooperative gives back

def test_one_visit_given_back_becomes_a_request_of_its_own_before_the_others_only(cast, at):
    request, visits = series(cast, at)
    seeking = ending.give_back(visits[1], cast.marta, "ill", at=at)
    assert (seeking.instead_of, seeking.starts_at, seeking.price_cents) == (request, visits[1].starts_at, 6600)
    assert now(seeking).state == "open" and referral_of(seeking).cooperative == cast.quercia
    assert states(visits) == "planned cancelled planned planned" and now(request).state == "agreed"
    assert now(visits[1]).cancelled_by == "cooperative"
    told, = said("substitute_sought")
    assert (told.employee, told.request, told.says["visits"]) == (cast.gianni, seeking, 1)


def test_who_gave_it_back_is_never_asked_again(cast, at):
    request, visits = series(cast, at)
    seeking = ending.give_back(visits[1], cast.marta, "ill", at=at)
    answering.decline(referral_of(seeking), cast.luca, "full", at=at)
    asked_again = Referral.select().where(Referral.request == seeking, Referral.state == "waiting")
    assert not asked_again.exists() and DeskItem.get(DeskItem.kind == "unassigned").request == seeking


def test_a_substitute_comes_at_the_agreed_time_for_the_agreed_money(cast, at):
    request, visits = series(cast, at)
    Service.update(price_cents=9900).where(Service.id == cast.bs.id).execute()
    seeking = ending.give_back(visits[1], cast.marta, "ill", following=True, at=at)
    assert seeking.visits == 3 and now(request).state == "agreed"
    planned = confirmed(cast, seeking, at=at, by=cast.luca)
    assert [visit.starts_at for visit in planned] == [visit.starts_at for visit in visits[1:]]
    assert {visit.price_cents for visit in planned} == {6600} and reserved(cast.gianni) == {2026: 9900, 2027: 3300}


def test_a_moved_visit_given_back_seeks_for_its_new_time(cast, at):
    request, visits = series(cast, at)
    tuesday = date(2026, 12, 22)
    agreeing.accept(change(cast, visits[1], slot(tuesday, "09:00", "11:00"), at=at), by=gianni(cast), at=at)
    seeking = ending.give_back(visits[1], cast.marta, "ill", at=at)
    assert (seeking.starts_at, seeking.ends_at) == (moment(tuesday, "09:00"), moment(tuesday, "11:00"))


def test_all_of_it_given_back_is_open_again_before_the_next(cast, at):
    request, visits = series(cast, at)
    seeking = ending.give_back(visits[0], cast.marta, "ill", following=True, at=at)
    assert seeking == request and now(request).state == "open" and now(request).visits == 4
    first, second = Referral.select().where(Referral.request == request).order_by(Referral.id)
    assert (first.state, first.reason, second.state, second.cooperative) == ("declined", "ill", "waiting", cast.quercia)
    assert reserved(cast.gianni) == {2026: 0, 2027: 0} and len(said("substitute_sought")) == 1
    assert len(confirmed(cast, request, at=at, by=cast.luca)) == 4


def test_the_last_visit_given_back_after_others_took_place_is_sought_for_alone(cast, at):
    request, visits = agreed(cast, at, on=MONDAY, weekly=Weekly((1,), times=2))
    delivering.deliver(visits[0], cast.marta, at=visits[0].ends_at)
    seeking = ending.give_back(visits[1], cast.marta, "ill", at=visits[0].ends_at)
    assert seeking.instead_of == request and now(request).state == "agreed"


def test_given_back_and_nobody_found_was_cancelled_by_the_cooperative(cast, at):
    request, [visit] = agreed(cast, at)
    ending.give_back(visit, cast.marta, "ill", at=at)
    jobs.run(visit.starts_at)
    assert (now(request).state, now(request).outcome) == ("closed", "cancelled_by_cooperative")
    assert len(said("cancelled_by_cooperative")) == 1 and not said("unfilled")


def test_one_of_several_for_which_nobody_was_found_was_cancelled_by_the_cooperative(cast, at):
    request, visits = series(cast, at)
    seeking = ending.give_back(visits[0], cast.marta, "ill", at=at)
    jobs.run(visits[0].starts_at)
    assert (now(seeking).state, now(seeking).outcome) == ("closed", "cancelled_by_cooperative")
    assert now(request).state == "agreed"


def test_where_nobody_else_goes_the_desk_has_it_and_a_call_is_promised(cast, at):
    Coverage.delete().where(Coverage.cooperative == cast.quercia).execute()
    request, [visit] = agreed(cast, at, on=MONDAY)
    ending.give_back(visit, cast.marta, "ill", at=at)
    assert DeskItem.get(DeskItem.kind == "unassigned").request == request
    assert len(said("substitute_sought")) == len(said("nobody_yet")) == 1


def test_who_was_to_go_hears_that_a_colleague_gave_it_back(cast, at):
    request = asked(cast, at=at)
    [visit] = confirmed(cast, request, cast.anna, at=at)
    ending.give_back(visit, cast.marta, "ill", at=at)
    assert [message.operator for message in said("not_going")] == [cast.anna]


# ---------------------------------------------------------------- taken back within ten minutes

def test_undoing_a_series_takes_all_of_it_back(cast, at):
    request, visits = series(cast, at)
    answering.undo(visits[2], cast.marta, at=at + timedelta(minutes=9))
    assert states(visits) == "cancelled cancelled cancelled cancelled" and now(request).state == "taken"
    assert reserved(cast.gianni) == {2026: 0, 2027: 0} and reserved() == {None: 0}
    jobs.run(at + timedelta(minutes=11))
    assert said("confirmed")[0].state == "dropped"
    assert len(confirmed(cast, request, at=at + timedelta(minutes=12))) == 4


def test_what_the_person_called_off_in_part_is_not_taken_back(cast, at):
    request, visits = series(cast, at)
    ending.cancel_visit(visits[3], by=gianni(cast), at=at)
    with pytest.raises(NotAllowed):
        answering.undo(visits[0], cast.marta, at=at + timedelta(minutes=5))
    assert states(visits) == "planned planned planned cancelled"


def test_what_was_given_back_is_not_taken_back_from_who_has_it_now(cast, at):
    request, [visit] = agreed(cast, at)
    ending.give_back(visit, cast.marta, "ill", at=at)
    [theirs] = confirmed(cast, request, at=at, by=cast.luca)
    with pytest.raises(NotAllowed):
        answering.undo(visit, cast.marta, at=at + timedelta(minutes=5))
    assert now(theirs).state == "planned" and now(request).state == "agreed"


def test_a_change_that_the_person_said_yes_to_is_not_taken_back(cast, at):
    request, [visit] = agreed(cast, at)
    agreeing.accept(change(cast, visit, slot(FRIDAY, "16:00", "19:00"), at=at), by=gianni(cast), at=at)
    with pytest.raises(NotAllowed):
        answering.undo(now(visit), cast.marta, at=at + timedelta(minutes=5))
    assert now(visit).state == "planned"


def test_taking_it_back_takes_back_a_proposed_change_too(cast, at):
    request, [visit] = agreed(cast, at)
    waits = change(cast, visit, slot(FRIDAY, "15:00", "19:00"), at=at)
    answering.undo(visit, cast.marta, at=at + timedelta(minutes=5))
    assert now(waits).state == "withdrawn" and reserved(cast.gianni) == {2026: 0}


# ---------------------------------------------------------------- who goes

def test_nobody_named_by_noon_of_the_last_working_day_is_the_desk_s(cast, at):
    request = asked(cast, at=at, on=MONDAY)
    [visit] = answering.confirm(referral_of(request), cast.marta, None, at=at)
    assert visit.decide_at == moment(date(2026, 12, 11), "12:00")       # Friday noon
    jobs.run(visit.decide_at - timedelta(minutes=1))
    assert not DeskItem.select().where(DeskItem.kind == "undecided").exists()
    jobs.run(visit.decide_at)
    jobs.run(visit.decide_at + timedelta(minutes=1))
    assert [item.appointment for item in DeskItem.select().where(DeskItem.kind == "undecided")] == [visit]
    assert [message.says["why"] for message in said("told", coordinator=cast.paola)] == ["undecided"]


def test_naming_who_goes_settles_it_and_naming_nobody_again_lays_it_on_the_desk_again(cast, at):
    request = asked(cast, at=at, on=MONDAY)
    [visit] = answering.confirm(referral_of(request), cast.marta, None, at=at)
    jobs.run(visit.decide_at)
    answering.assign(visit, cast.bruno, cast.marta, at=visit.decide_at)
    assert DeskItem.get(DeskItem.kind == "undecided").done_why == "assigned" and now(visit).decide_at is None
    later = visit.decide_at + timedelta(hours=1)
    answering.assign(visit, None, cast.marta, at=later)
    jobs.run(later)
    assert DeskItem.select().where(DeskItem.kind == "undecided", DeskItem.done_at.is_null()).count() == 1


def test_who_goes_hears_of_it_only_after_the_evening_s_list(cast, at):
    request, [visit] = agreed(cast, at)
    answering.assign(visit, cast.anna, cast.marta, at=moment(date(2026, 12, 3), "17:00"))
    assert not said("going") and not said("not_going")
    answering.assign(visit, cast.bruno, cast.marta, at=moment(date(2026, 12, 3), "19:00"))
    assert [message.operator for message in said("going") + said("not_going")] == [cast.bruno, cast.anna]
    answering.assign(visit, cast.bruno, cast.marta, at=moment(date(2026, 12, 3), "19:30"))
    assert len(said("going") + said("not_going")) == 2


def test_this_and_the_following_get_another_worker_and_earlier_ones_keep_theirs(cast, at):
    request, visits = series(cast, at)
    answering.assign(visits[2], cast.anna, cast.marta, following=True, at=at)
    assert [now(visit).worker for visit in visits] == [cast.marta, cast.marta, cast.anna, cast.anna]


def test_nobody_is_given_visits_on_a_day_on_which_they_are_elsewhere(cast, at):
    request, visits = series(cast, at)
    other = asked(cast, at=at, on=WEEKS[3], employee=cast.teresa)
    confirmed(cast, other, cast.anna, at=at)
    with pytest.raises(planning.Busy):
        answering.assign(visits[0], cast.anna, cast.marta, following=True, at=at)
    assert {now(visit).worker for visit in visits} == {cast.marta}


# ---------------------------------------------------------------- the desk

def test_the_desk_closes_nothing_of_which_a_visit_took_place(cast, at):
    request, visits = series(cast, at)
    delivering.deliver(visits[0], cast.marta, at=visits[0].ends_at)
    with pytest.raises(NotAllowed):
        ending.close(now(request), "unfilled", "", by=Actor("coordinator", cast.paola.id), at=visits[0].ends_at)


def test_the_desk_closes_all_visits_and_the_operators_hear_of_it(cast, at):
    request, visits = series(cast, at)
    ending.close(now(request), "cancelled_by_cooperative", "", by=Actor("coordinator", cast.paola.id), at=at)
    assert not planned_of(request).exists() and reserved(cast.gianni) == {2026: 0, 2027: 0}
    assert [message.operator for message in said("referral_withdrawn")] == [cast.marta]


def test_a_request_that_waited_past_its_start_is_not_put_before_anybody(cast, at):
    request = asked(cast, at=at)
    waits = proposed(cast, request, slot(MONDAY, "15:00", "18:00"), at=moment(FRIDAY, "14:00"))
    with pytest.raises(NotAllowed):
        answering.put_by_desk(now(request), cast.quercia, cast.paola, at=moment(FRIDAY, "16:00"))
    assert now(waits).state == "waiting"


def test_every_ended_request_has_an_outcome(cast, at):
    for employee in (cast.gianni, cast.sara, cast.teresa):
        asked(cast, at=at, employee=employee)
    first, second, third = ServiceRequest.select().order_by(ServiceRequest.id)
    ending.cancel(first, by=gianni(cast), at=at)
    ending.close(second, "duplicate", "", by=Actor("coordinator", cast.paola.id), at=at)
    ending.lapse(third, at=third.starts_at)
    assert [now(row).outcome for row in (first, second, third)] == ["cancelled_by_employee", "duplicate", "lapsed"]
    assert len(said("unfilled")) == 1       # Teresa's, which lapsed: a duplicate is not said, and who cancels knows


# ---------------------------------------------------------------- forgetting

def to_forget(at):
    """The requests that the retention job would forget at a moment, with nothing left to be sent."""
    Message.update(state="sent", sent_at=at).execute()
    return set(requests_to_forget(at - forgetting.UNFINISHED, at - forgetting.DELIVERED))


def test_a_visit_moved_far_ahead_is_still_somebody_s_a_year_after_the_time_first_asked_for(cast, at):
    request, [visit] = agreed(cast, at)
    agreeing.accept(change(cast, visit, slot(date(2027, 12, 10), "15:00", "18:00"), at=at), by=gianni(cast), at=at)
    assert to_forget(request.ends_at + forgetting.DELIVERED) == set()
    assert to_forget(now(visit).ends_at + forgetting.DELIVERED) == {request}


def test_a_series_that_nobody_marked_is_forgotten_a_year_after_its_last_visit(cast, at):
    request, visits = series(cast, at)
    assert to_forget(visits[-1].ends_at + forgetting.DELIVERED - timedelta(days=1)) == set()
    assert to_forget(visits[-1].ends_at + forgetting.DELIVERED) == {request}


def test_who_is_forgotten_leaves_no_wish_about_a_visit_that_has_begun(cast, at):
    request, visits = series(cast, at)
    jobs.run(visits[0].undo_until)
    wish = changing.ask_change(visits[0], moment(date(2026, 12, 15), "15:00"), by=gianni(cast), at=at + timedelta(hours=1))
    begun = visits[0].starts_at + timedelta(minutes=1)
    forgetting.erase(cast.gianni, by=gianni(cast), at=begun)
    assert now(wish).state == "withdrawn"
    assert [event.verb for event in Event.select().where(Event.role == "employee", Event.actor == cast.gianni.id)] == ["erase"]
