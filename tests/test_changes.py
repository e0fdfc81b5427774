"""Changes of planned visits: proposed or wished, of one or of those after it too; time, money and reminders follow."""

from datetime import date, timedelta

import pytest
from acts import agreed, change, gianni, now, reserved, said, slot
from cast import asked, make_cast, moment, referral_of

import jobs
from actions import agreeing, answering, changing, planning, proposing
from actions.moves import Actor, NotAllowed
from models import Appointment, DeskItem, Holiday, Message, Service
from rules.recurrence import Weekly

pytestmark = pytest.mark.both_engines

FRIDAY, SATURDAY = date(2026, 12, 4), date(2026, 12, 5)
MONTH = date(2026, 12, 21)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


# ---------------------------------------------------------------- a planned visit moves

def test_a_moved_visit_is_reminded_at_its_new_time(cast, at):
    request, [visit] = agreed(cast, at)
    old = visit.remind_day_at, visit.remind_hours_at
    later = at + timedelta(hours=1)
    agreeing.accept(change(cast, visit, slot(date(2026, 12, 9), "10:00", "13:00"), at=later), by=gianni(cast), at=later)
    visit = now(visit)
    assert (visit.remind_day_at, visit.remind_hours_at) == (
        moment(date(2026, 12, 7), "19:30"), moment(date(2026, 12, 9), "08:00"))     # the eighth is a holiday
    for due in old:
        jobs.run(due)
    assert not said("reminder_day") and not said("reminder_hours")
    for due in (visit.remind_day_at, visit.remind_hours_at):
        jobs.run(due)
    assert [message.state for message in said("reminder_day") + said("reminder_hours")] == ["sent", "sent"]


def test_a_reminder_already_queued_for_the_old_time_is_not_sent(cast, at):
    request, [visit] = agreed(cast, at)
    evening = visit.remind_day_at
    jobs.run(evening, ["remind"])
    agreeing.accept(change(cast, visit, slot(date(2026, 12, 10), "10:00", "13:00"), at=evening), by=gianni(cast), at=evening)
    jobs.run(evening)
    assert [message.state for message in said("reminder_day")] == ["dropped"]
    jobs.run(now(visit).remind_day_at)
    assert [message.state for message in said("reminder_day")] == ["dropped", "sent"]


def test_a_moved_visit_is_newer_in_calendars_and_asks_for_a_new_yes(cast, at):
    request, [visit] = agreed(cast, at)
    Appointment.update(confirmed_at=at).where(Appointment.id == visit.id).execute()
    later = at + timedelta(hours=1)
    agreeing.accept(change(cast, visit, slot(SATURDAY, "10:00", "13:00"), cast.anna, at=later), by=gianni(cast), at=later)
    visit = now(visit)
    assert (visit.sequence, visit.changed_at, visit.confirmed_at, visit.worker) == (1, later, None, cast.anna)
    assert len(said("moved")) == 1 and len(said("accepted")) == 2           # Marta answered, Anna goes


def test_a_visit_moved_there_and_back_and_there_again_is_said_three_times(cast, at):
    request, [visit] = agreed(cast, at)
    for begins in ("10:00", "14:00", "10:00"):
        agreeing.accept(change(cast, now(visit), slot(SATURDAY, begins, "17:00"), at=at), by=gianni(cast), at=at)
    assert len(said("moved")) == 3


def test_money_stays_frozen_when_only_the_hour_changes(cast, at):
    request, [visit] = agreed(cast, at)
    Service.update(price_cents=9900).where(Service.id == cast.bs.id).execute()
    later = at + timedelta(hours=1)
    waits = change(cast, visit, slot(SATURDAY, "10:00", "13:00"), at=later)
    assert waits.held == {} and planning.money_of(visit) == waits_money(waits)
    agreeing.accept(waits, by=gianni(cast), at=later)
    assert planning.money_of(now(visit)) == planning.money_of(visit) and reserved(cast.gianni) == {2026: 3300}


def waits_money(proposal):
    return planning.total([planning.Visit.of(kept) for kept in proposal.visits])


def test_a_longer_visit_reserves_the_difference_while_it_waits_and_a_no_frees_it(cast, at):
    request, [visit] = agreed(cast, at)
    waits = change(cast, visit, slot(FRIDAY, "15:00", "19:00"), at=at)
    assert (waits.price_cents, reserved(cast.gianni), reserved()) == (8800, {2026: 4400}, {None: 4400})
    agreeing.decline(waits, by=gianni(cast), at=at)
    assert (reserved(cast.gianni), now(visit).price_cents) == ({2026: 3300}, 6600)
    agreeing.accept(change(cast, visit, slot(FRIDAY, "15:00", "19:00"), at=at), by=gianni(cast), at=at)
    assert (reserved(cast.gianni), reserved(), now(visit).price_cents) == ({2026: 4400}, {None: 4400}, 8800)


def test_a_shorter_visit_frees_the_difference_when_it_is_agreed(cast, at):
    request, [visit] = agreed(cast, at)
    waits = change(cast, visit, slot(FRIDAY, "15:00", "17:00"), at=at)
    assert reserved(cast.gianni) == {2026: 3300}
    agreeing.accept(waits, by=gianni(cast), at=at)
    assert (reserved(cast.gianni), reserved(), now(visit).project_cents) == ({2026: 2200}, {None: 2200}, 2200)


def test_a_visit_moved_into_the_new_year_is_paid_out_of_that_year(cast, at):
    request, [visit] = agreed(cast, at, on=date(2026, 12, 30))
    waits = change(cast, visit, slot(date(2027, 1, 5), "15:00", "18:00"), at=at)
    assert (reserved(cast.gianni), reserved()) == ({2026: 3300, 2027: 3300}, {None: 6600})
    agreeing.accept(waits, by=gianni(cast), at=at)
    assert (reserved(cast.gianni), reserved()) == ({2026: 0, 2027: 3300}, {None: 3300})


def test_a_change_left_unanswered_leaves_the_visit_and_its_money_as_they_were(cast, at):
    request, [visit] = agreed(cast, at, on=MONTH)
    waits = change(cast, visit, slot(MONTH, "09:00", "13:00"), at=at)
    jobs.run(at)
    jobs.run(at + timedelta(minutes=1))
    jobs.run(now(waits).due_at)
    assert (now(waits).state, now(visit).starts_at, now(visit).sequence) == ("lapsed", visit.starts_at, 0)
    assert (now(request).state, now(visit.referral).state, reserved(cast.gianni)) == ("agreed", "taken", {2026: 3300})


def test_a_change_keeps_its_worker_free_but_is_not_in_its_own_way(cast, at):
    request, [visit] = agreed(cast, at)
    change(cast, visit, slot(FRIDAY, "16:00", "19:00"), cast.anna, at=at)
    answering.assign(visit, cast.anna, cast.marta, at=at)       # 15 to 18 overlaps only where it would be moved to
    other = asked(cast, at=at, employee=cast.teresa, begins="18:00", ends="20:00")
    with pytest.raises(planning.Busy):
        answering.confirm(referral_of(other), cast.anna, cast.anna, at=at)


def told_at(moment_):
    """Which operators hear what at a moment."""
    return [(message.kind, message.operator.name) for message in Message.select().where(
        Message.queued_at == moment_, Message.operator.is_null(False)).order_by(Message.id)]


def test_after_the_evening_s_list_who_was_to_go_hears_that_a_colleague_goes_at_the_new_time(cast, at):
    request, [visit] = agreed(cast, at)
    answering.assign(visit, cast.bruno, cast.marta, at=at)
    evening = moment(date(2026, 12, 3), "18:30")
    waits = change(cast, now(visit), slot(FRIDAY, "16:00", "19:00"), cast.anna, at=evening)
    agreeing.accept(waits, by=gianni(cast), at=evening)
    assert told_at(evening) == [("not_going", "Bruno"), ("accepted", "Marta"), ("accepted", "Anna")]


@pytest.mark.parametrize("worker, told", [
    ("bruno", [("going", "Bruno")]), ("anna", [("not_going", "Bruno")]), ("marta", [("not_going", "Bruno")]),
])
def test_after_the_evening_s_list_who_was_to_go_hears_what_a_colleague_agreed_to(cast, at, worker, told):
    request, [visit] = agreed(cast, at)
    answering.assign(visit, cast.bruno, cast.marta, at=at)
    evening = moment(date(2026, 12, 3), "18:30")
    wish = changing.ask_change(now(visit), moment(date(2026, 12, 14), "17:00"), by=gianni(cast), at=evening)
    later = evening + timedelta(minutes=5)
    agreeing.agree_to_counter(wish, cast.marta, getattr(cast, worker), at=later)
    assert told_at(later) == told       # who goes instead, ten days later, finds it on that evening's list


def test_before_the_list_nobody_hears_what_the_list_will_say(cast, at):
    request, [visit] = agreed(cast, at)
    wish = changing.ask_change(visit, moment(SATURDAY, "10:00"), by=gianni(cast), at=at)
    later = at + timedelta(minutes=5)
    agreeing.agree_to_counter(wish, cast.marta, cast.anna, at=later)
    assert told_at(later) == []


def undecided():
    return DeskItem.select().where(DeskItem.kind == "undecided", DeskItem.done_at.is_null()).count()


def test_a_yes_to_moving_one_visit_leaves_on_the_desk_that_nobody_goes_to_another(cast, at):
    request = asked(cast, at=at, on=MONTH, weekly=Weekly((1,), times=2))
    visits = answering.confirm(referral_of(request), cast.marta, None, at=at)
    noon = moment(date(2026, 12, 18), "12:00")
    jobs.run(noon, ["escalate"])
    agreeing.accept(change(cast, visits[1], slot(date(2026, 12, 29), "15:00", "18:00"), at=noon), by=gianni(cast), at=noon)
    assert undecided() == 1


def test_agreeing_to_another_time_with_somebody_who_goes_settles_that_nobody_went(cast, at):
    request = asked(cast, at=at, on=MONTH)
    [visit] = answering.confirm(referral_of(request), cast.marta, None, at=at)
    noon = moment(date(2026, 12, 18), "12:00")
    jobs.run(noon, ["escalate"])
    assert undecided() == 1
    wish = changing.ask_change(visit, moment(date(2026, 12, 22), "10:00"), by=gianni(cast), at=noon)
    agreeing.agree_to_counter(wish, cast.marta, cast.anna, at=noon)
    assert undecided() == 0


def test_nobody_says_yes_to_a_change_of_a_visit_that_has_begun(cast, at):
    request, [visit] = agreed(cast, at)
    waits = change(cast, visit, slot(SATURDAY, "10:00", "13:00"), at=at)
    with pytest.raises(NotAllowed):
        agreeing.accept(waits, by=gianni(cast), at=visit.starts_at)
    assert now(visit).starts_at == visit.starts_at


# ---------------------------------------------------------------- the person wishes a change

def test_a_wished_change_moves_the_visit_when_the_cooperative_says_yes(cast, at):
    request, [visit] = agreed(cast, at)
    wish = changing.ask_change(visit, moment(SATURDAY, "10:00"), by=gianni(cast), at=at)
    assert now(visit).starts_at == visit.starts_at and len(said("countered")) == 1
    [visit] = agreeing.agree_to_counter(wish, cast.marta, cast.anna, at=at)
    assert (visit.starts_at, visit.ends_at) == (moment(SATURDAY, "10:00"), moment(SATURDAY, "13:00"))
    assert (visit.worker, reserved(cast.gianni)) == (cast.anna, {2026: 3300})


def test_a_wished_change_that_is_refused_or_left_unanswered_is_said_to_the_person(cast, at):
    request, [visit] = agreed(cast, at, on=MONTH)
    changing.refuse_change(changing.ask_change(visit, moment(MONTH, "10:00"), by=gianni(cast), at=at), cast.marta, at=at)
    assert len(said("not_moved")) == 1
    with pytest.raises(proposing.NoMoreRounds):
        changing.ask_change(visit, moment(MONTH, "11:00"), by=gianni(cast), at=at)
    request, [visit] = agreed(cast, at, on=date(2026, 12, 22), employee=cast.sara)
    wish = changing.ask_change(visit, moment(MONTH, "10:00"), by=Actor("employee", cast.sara.id), at=at)
    jobs.run(now(wish).due_at)
    assert (now(wish).state, len(said("not_moved")), now(visit).starts_at) == ("lapsed", 2, visit.starts_at)


def test_a_wished_time_at_which_the_worker_is_elsewhere_is_not_agreed_to(cast, at):
    agreed(cast, at, on=SATURDAY, employee=cast.teresa, begins="10:00", ends="12:00")
    request, [visit] = agreed(cast, at)
    wish = changing.ask_change(visit, moment(SATURDAY, "11:00"), by=gianni(cast), at=at)
    with pytest.raises(planning.Busy):
        agreeing.agree_to_counter(wish, cast.marta, cast.marta, at=at)
    assert now(wish).state == "countered" and now(visit).starts_at == visit.starts_at


# ---------------------------------------------------------------- this one and those after it

def series_of_four(cast, at):
    return agreed(cast, at, on=MONTH, weekly=Weekly((1,), times=4))     # 21/12, 28/12, 4/1, 11/1


def test_this_and_the_following_move_together_and_earlier_ones_stay(cast, at):
    request, visits = series_of_four(cast, at)
    later = at + timedelta(hours=1)
    waits = change(cast, visits[1], slot(date(2026, 12, 30), "09:00", "12:00"), following=True, at=later)
    assert len(waits.visits) == 2                                       # 6 January is a holiday: the third stays
    agreeing.accept(waits, by=gianni(cast), at=later)
    assert [now(visit).starts_at for visit in visits] == [
        moment(MONTH, "15:00"), moment(date(2026, 12, 30), "09:00"), moment(date(2027, 1, 4), "15:00"),
        moment(date(2027, 1, 13), "09:00")]
    assert [now(visit).sequence for visit in visits] == [0, 1, 0, 1]
    assert said("moved")[0].says["visits"] == 2


def test_days_on_which_the_cooperative_is_closed_are_left_where_they_were(cast, at):
    request, visits = series_of_four(cast, at)
    Holiday.create(on=date(2026, 12, 29), name="Chiusura", cooperative=cast.melograno)
    waits = change(cast, visits[0], slot(date(2026, 12, 22), "15:00", "18:00"), following=True, at=at)
    assert [planning.Visit.of(kept).appointment for kept in waits.visits] == [visits[n].id for n in (0, 2, 3)]


def test_a_wished_change_of_this_and_the_following_moves_them_all(cast, at):
    request, visits = series_of_four(cast, at)
    wish = changing.ask_change(visits[2], moment(date(2027, 1, 5), "10:00"), following=True, by=gianni(cast), at=at)
    agreeing.agree_to_counter(wish, cast.marta, cast.marta, at=at)
    assert [now(visit).starts_at for visit in visits[2:]] == [
        moment(date(2027, 1, 5), "10:00"), moment(date(2027, 1, 12), "10:00")]
    assert now(visits[1]).starts_at == visits[1].starts_at and reserved(cast.gianni) == {2026: 6600, 2027: 6600}


def test_a_series_moved_by_an_hour_is_not_in_its_own_way(cast, at):
    request, visits = series_of_four(cast, at)
    waits = change(cast, visits[0], slot(MONTH, "16:00", "19:00"), following=True, at=at)
    assert len(agreeing.accept(waits, by=gianni(cast), at=at)) == 4
