"""After a delivery: exceptions, the week for objections, the desk's decision, one question, a thank you."""

from datetime import date, timedelta

import pytest
from acts import agreed, now, reserved, said, spent
from cast import asked, booked, make_cast, moment, opening_of, referral_of

from actions import allowances, answering, contesting, delivering, rating
from actions.moves import Actor, NotAllowed
from jobs.close import close
from models import Allowance, Appointment, DeskItem, Fact, Opening, Staffing

pytestmark = pytest.mark.both_engines

DESK = Actor("coordinator", 1)
WEEK = timedelta(days=7)


@pytest.fixture
def cast(app, at):
    """Everybody."""
    return make_cast(at - timedelta(days=2))


@pytest.fixture
def visit(cast, at):
    """Three hours of baby-sitting that Marta went to, over by now: 66.00, of which the project pays half."""
    return agreed(cast, at)[1][0]


def her(cast):
    """Gianni, as who acts."""
    return Actor("employee", cast.gianni.id)


def done(visit, cast, **more):
    """Marta marks it when it is over."""
    delivering.deliver(visit, cast.marta, at=visit.ends_at, **more)
    return now(visit)


# ---------------------------------------------------------------- exceptions

def test_an_hour_less_costs_an_hour_less(cast, visit):
    visit = done(visit, cast, units=120)
    assert (visit.price_cents, visit.project_cents, visit.worker_cents) == (4400, 2200, 2200)
    assert (visit.units_delivered, visit.agreed, visit.vat_cents) == (120, [6600, 3300, 0, 3300], 210)
    assert spent(cast.gianni) == {2026: 2200} and reserved(cast.gianni) == {2026: 0}
    assert spent() == {None: 2200} and reserved() == {None: 0}


def test_an_hour_more_is_kept_and_costs_nothing_more(cast, visit):
    visit = done(visit, cast, units=240)
    assert (visit.price_cents, visit.units_delivered) == (6600, 240)


@pytest.mark.parametrize("units", [0, -1, 24 * 60 + 1])
def test_no_time_and_more_than_a_day_are_no_visit(cast, visit, units):
    with pytest.raises(delivering.TooMuch):
        done(visit, cast, units=units)
    assert now(visit).state == "planned" and reserved(cast.gianni) == {2026: 3300}


@pytest.mark.parametrize(("exception", "side"), [("absent", "employee"), ("refused", "employee"), ("nobody_came", "operator")])
def test_what_did_not_take_place_is_by_one_side_and_free(cast, visit, exception, side):
    delivering.mark(visit, exception, cast.marta, at=visit.ends_at)
    visit = now(visit)
    assert (visit.state, visit.missed_by, visit.reason, visit.marked_at) == ("missed", side, exception, visit.ends_at)
    assert reserved() == {None: 0} and spent() == {None: 0} and len(said("missed")) == 1


def test_before_it_has_begun_nothing_is_marked(cast, visit):
    for verb in (lambda: delivering.deliver(visit, cast.marta, at=visit.starts_at - timedelta(seconds=1)),
                 lambda: delivering.mark(visit, "absent", cast.marta, at=visit.starts_at - timedelta(seconds=1))):
        with pytest.raises(NotAllowed):
            verb()


def test_the_day_of_an_opening_is_closed_with_one_exception(cast, at):
    opening = opening_of(cast, minimum=1, places=6)
    two, absent, comes = (booked(cast, opening, who, units, at=at) for who, units in (
        (cast.gianni, 2), (cast.sara, 1), (cast.teresa, 2)))
    with pytest.raises(NotAllowed):
        delivering.close_day(opening, cast.marta, {}, {}, at=opening.starts_at - timedelta(minutes=1))
    delivering.close_day(opening, cast.marta, {absent.id: "absent", comes.id: 1}, {cast.marta.id: 540, cast.anna.id: 300},
                         at=opening.ends_at)
    assert [now(place).state for place in (two, absent, comes)] == ["delivered", "missed", "delivered"]
    assert [now(place).units_delivered for place in (two, absent, comes)] == [2, None, 1]
    assert now(comes).price_cents == 3200 and now(two).price_cents == 6400
    assert {row.operator_id: row.minutes for row in Staffing.select()} == {cast.marta.id: 540, cast.anna.id: 300}
    assert now(opening).settled_at == opening.ends_at and now(opening).taken == 5
    assert spent() == {None: now(two).project_cents + now(comes).project_cents} and reserved() == {None: 0}


def test_more_children_than_were_booked_do_not_come(cast, at):
    place = booked(cast, opening_of(cast, minimum=1), units=2, at=at)
    with pytest.raises(delivering.TooMuch) as much:
        delivering.deliver(place, cast.marta, at=place.ends_at, units=3)
    assert much.value.most == 2


def test_a_day_nobody_closed_is_asked_about_and_reaches_the_desk_the_evening_after(cast, at):
    from jobs.escalate import escalate
    from jobs.lists import ask_for_marks
    opening = opening_of(cast, minimum=1, on=date(2026, 12, 3), closes=moment(date(2026, 12, 2), "20:00"))
    booked(cast, opening, at=at)
    evening = moment(date(2026, 12, 3), "18:00")
    ask_for_marks(evening)
    assert {message.operator_id for message in said("mark_delivered")} == {cast.marta.id, cast.anna.id}, "nobody leads it"
    escalate(moment(date(2026, 12, 4), "17:59"))
    assert not DeskItem.select().where(DeskItem.kind == "unmarked").exists()
    escalate(moment(date(2026, 12, 4), "18:00"))
    escalate(moment(date(2026, 12, 4), "18:01"))
    [item] = DeskItem.select().where(DeskItem.kind == "unmarked")
    assert item.opening_id == opening.id and now(opening).mark_by is None
    delivering.close_day(opening, cast.marta, {}, {}, at=moment(date(2026, 12, 4), "19:00"))
    assert now(item).done_at


def test_who_leads_an_opening_is_asked_alone(cast, at):
    from actions import openings
    from jobs.lists import ask_for_marks
    opening = opening_of(cast, minimum=1, on=date(2026, 12, 3), closes=moment(date(2026, 12, 2), "20:00"))
    booked(cast, opening, at=at)
    openings.lead(opening, cast.bruno, cast.marta, at=at)
    ask_for_marks(moment(date(2026, 12, 3), "18:00"))
    assert [message.operator_id for message in said("mark_delivered")] == [cast.bruno.id]


# ---------------------------------------------------------------- contesting

def test_within_a_week_it_is_contested_and_the_desk_tells_both_sides(cast, visit):
    visit = done(visit, cast)
    contesting.contest(visit, "less", by=her(cast), at=visit.marked_at + WEEK, words="Un'ora sola")
    [item] = DeskItem.select().where(DeskItem.kind == "contested")
    assert (item.appointment_id, item.said) == (visit.id, "Un'ora sola") and said("told")[-1].says["why"] == "contested"
    contesting.resolve(visit, "delivered", "Un'ora, avete ragione.", by=DESK, at=visit.marked_at + WEEK, units=60)
    visit = now(visit)
    assert (visit.state, visit.units_delivered, visit.price_cents, visit.resolved_as) == ("delivered", 60, 2200, "delivered")
    assert spent() == {None: 1100} and now(item).done_at
    [to_her], [to_marta] = said("resolved"), said("resolved_visit")
    assert (to_her.employee_id, to_marta.operator_id) == (cast.gianni.id, cast.marta.id)
    assert to_her.says["words"] == to_marta.says["words"] == "Un'ora, avete ragione."


def test_an_objection_that_comes_while_the_week_is_being_settled_is_not_lost(cast, visit):
    from actions import recording
    visit = done(visit, cast)
    contesting.contest(visit, "less", by=her(cast), at=visit.marked_at)
    recording.settle(visit, at=visit.marked_at + WEEK)      # by a job that read it before
    assert now(visit).settled_at is None and not Fact.select().exists()
    contesting.resolve(visit, "stands", "", by=DESK, at=visit.marked_at + WEEK)


def test_a_second_after_the_week_it_is_too_late(cast, visit):
    visit = done(visit, cast)
    with pytest.raises(NotAllowed):
        contesting.contest(visit, "less", by=her(cast), at=visit.marked_at + WEEK + timedelta(seconds=1))


def test_it_is_contested_once_and_resolved_once(cast, visit):
    visit = done(visit, cast)
    contesting.contest(visit, "nobody_came", by=her(cast), at=visit.marked_at)
    with pytest.raises(NotAllowed):
        contesting.contest(visit, "less", by=her(cast), at=visit.marked_at)
    contesting.resolve(visit, "stands", "Marta c'era.", by=DESK, at=visit.marked_at)
    for again in (lambda: contesting.resolve(visit, "stands", "x", by=DESK, at=visit.marked_at),
                  lambda: contesting.contest(visit, "less", by=her(cast), at=visit.marked_at)):
        with pytest.raises(NotAllowed):
            again()


@pytest.mark.parametrize("as_", ["missed_employee", "missed_operator"])
def test_what_turns_out_not_to_have_taken_place_is_spent_no_more(cast, visit, as_):
    visit = done(visit, cast)
    contesting.contest(visit, "nobody_came", by=her(cast), at=visit.marked_at)
    contesting.resolve(visit, as_, "", by=DESK, at=visit.marked_at)
    assert (now(visit).state, now(visit).missed_by) == ("missed", as_.removeprefix("missed_"))
    assert spent() == {None: 0} and spent(cast.gianni) == {2026: 0}


def test_what_turns_out_to_have_taken_place_is_spent(cast, visit):
    delivering.mark(visit, "absent", cast.marta, at=visit.ends_at)
    contesting.contest(now(visit), "was_there", by=her(cast), at=visit.ends_at)
    contesting.resolve(now(visit), "delivered", "", by=DESK, at=visit.ends_at)
    assert (now(visit).state, now(visit).units_delivered, now(visit).missed_by) == ("delivered", 180, None)
    assert spent() == {None: 3300} and reserved() == {None: 0}


def test_money_that_others_took_meanwhile_is_not_spent_twice(cast, visit):
    delivering.mark(visit, "absent", cast.marta, at=visit.ends_at)
    contesting.contest(now(visit), "was_there", by=her(cast), at=visit.ends_at)
    Allowance.update(reserved_cents=5_000_000 - 100).where(Allowance.employee.is_null()).execute()
    with pytest.raises(allowances.NotEnough):
        contesting.resolve(now(visit), "delivered", "", by=DESK, at=visit.ends_at)
    assert now(visit).state == "missed" and now(visit).resolved_at is None and spent() == {None: 0}


def test_a_place_is_contested_like_a_visit(cast, at):
    place = booked(cast, opening_of(cast, minimum=1), units=2, at=at)
    delivering.close_day(place.opening, cast.marta, {place.id: 1}, {cast.anna.id: 540}, at=place.ends_at)
    contesting.contest(now(place), "less", by=her(cast), at=place.ends_at)
    contesting.resolve(now(place), "delivered", "Erano due.", by=DESK, at=place.ends_at, units=2)
    assert (now(place).units_delivered, now(place).price_cents) == (2, 6400) and spent() == {None: 3200}
    assert [message.operator_id for message in said("resolved_visit")] == [cast.anna.id]
    assert Opening.get_by_id(place.opening_id).taken == 2


# ---------------------------------------------------------------- the question, and a thank you

def test_a_low_score_tells_the_coordinator_and_a_good_one_nobody(cast, at, visit):
    visit = done(visit, cast)
    rating.rate(visit, 3, by=her(cast), at=visit.marked_at)
    assert now(visit).score == 3 and not DeskItem.select().where(DeskItem.kind == "low_score").exists()
    with pytest.raises(NotAllowed):
        rating.rate(visit, 1, by=her(cast), at=visit.marked_at)
    [other] = agreed(cast, at, begins="09:00", ends="11:00")[1]
    rating.rate(done(other, cast), 2, by=her(cast), at=other.ends_at)
    [item] = DeskItem.select().where(DeskItem.kind == "low_score")
    assert item.appointment_id == other.id and said("told")[-1].says["why"] == "low_score"


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_to_five(cast, visit, score):
    with pytest.raises(ValueError):
        rating.rate(done(visit, cast), score, by=her(cast), at=visit.ends_at)


def test_what_was_not_delivered_is_not_rated(cast, visit):
    delivering.mark(visit, "absent", cast.marta, at=visit.ends_at)
    with pytest.raises(NotAllowed):
        rating.rate(now(visit), 5, by=her(cast), at=visit.ends_at)


def test_thank_you_reaches_who_went_once_and_names_nobody(cast, visit, app):
    import wording
    visit = done(visit, cast)
    rating.thank(visit, by=her(cast), at=visit.ends_at)
    with pytest.raises(NotAllowed):
        rating.thank(visit, by=her(cast), at=visit.ends_at)
    [message] = said("thanks")
    assert message.operator_id == cast.marta.id
    words = wording.words_for(message).text
    assert "una famiglia ha scritto grazie" in words and "Gianni" not in words and visit.request.reference not in words


def test_thank_you_for_an_opening_reaches_who_worked_there(cast, at):
    place = booked(cast, opening_of(cast, minimum=1), at=at)
    delivering.close_day(place.opening, cast.marta, {}, {cast.anna.id: 300, cast.bruno.id: 540}, at=place.ends_at)
    rating.thank(now(place), by=her(cast), at=place.ends_at)
    assert {message.operator_id for message in said("thanks")} == {cast.anna.id, cast.bruno.id}


def test_thank_you_reaches_who_is_on_duty_where_nobody_said_who_worked(cast, at):
    place = booked(cast, opening_of(cast, minimum=1), at=at)
    delivering.close_day(place.opening, cast.marta, {}, {}, at=place.ends_at)
    rating.thank(now(place), by=her(cast), at=place.ends_at)
    assert {message.operator_id for message in said("thanks")} == {cast.marta.id, cast.anna.id}


# ---------------------------------------------------------------- the end

def test_a_request_ends_when_its_last_visit_is_settled(cast, visit):
    visit = done(visit, cast)
    close(visit.marked_at + WEEK - timedelta(minutes=1))
    assert now(visit.request).state == "agreed"
    close(visit.marked_at + WEEK)
    assert (now(visit.request).state, now(visit.request).outcome) == ("closed", "delivered")
    with pytest.raises(NotAllowed):
        rating.rate(now(visit), 5, by=her(cast), at=visit.marked_at + WEEK)


def test_what_is_contested_ends_when_the_desk_has_decided(cast, visit):
    visit = done(visit, cast)
    contesting.contest(visit, "less", by=her(cast), at=visit.marked_at)
    close(visit.marked_at + 3 * WEEK)
    assert now(visit.request).state == "agreed" and not Fact.select().exists()
    contesting.resolve(visit, "stands", "", by=DESK, at=visit.marked_at + 3 * WEEK)
    close(visit.marked_at + 3 * WEEK)
    assert now(visit.request).outcome == "delivered"


def test_a_request_of_which_nothing_took_place_ends_as_missed(cast, at):
    place = booked(cast, opening_of(cast, minimum=1), at=at)
    delivering.close_day(place.opening, cast.marta, {place.id: "absent"}, {}, at=place.ends_at)
    close(place.ends_at + WEEK)
    assert now(place.request).outcome == "missed"


def test_settling_waits_for_no_visit_that_is_still_to_come(cast, at):
    from rules.recurrence import Weekly
    request = asked(cast, at=at, weekly=Weekly((5,), times=3))
    visits = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    delivering.deliver(visits[0], cast.marta, at=visits[0].ends_at)
    close(visits[0].ends_at + WEEK)
    assert Fact.select().where(Fact.kind == "occurrence").count() == 1, "its fact does not wait for the series"
    assert now(request).state == "agreed" and Appointment.select().where(Appointment.state == "planned").count() == 2
