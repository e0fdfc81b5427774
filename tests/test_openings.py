"""Openings: units over all firms, the group that is reached once, the list in its order, what freed places mean."""

from datetime import date, timedelta

import pytest
from acts import agreed, now, reserved, said
from cast import another_person, booked, day_space, ironing, make_cast, moment, opening_of

from actions import asking, ending, openings, outbox, placing
from actions.moves import Actor, NotAllowed
from jobs.remind import remind
from jobs.turns import turns
from models import DeskItem, Event, Message, Opening, Place, ServiceRequest, Unmet

pytestmark = pytest.mark.both_engines

PAOLA = Actor("coordinator", 1)


@pytest.fixture
def cast(app, at):
    """Everybody."""
    return make_cast(at - timedelta(days=2))


def run(at):
    """The job, twice: the second time changes nothing."""
    turns(at)
    once = [sorted(map(repr, model.select().tuples())) for model in (Opening, Place, ServiceRequest, Message, Event)]
    turns(at)
    assert once == [sorted(map(repr, model.select().tuples())) for model in (Opening, Place, ServiceRequest, Message, Event)]


def offered(at):
    """The job offers what is free, and the carrier takes the texts at once."""
    turns(at)
    Message.update(sent_at=at, state="sent").where(Message.kind == "place_offered", Message.sent_at.is_null()).execute()
    run(at)


def states(opening):
    """Each place of an opening in the order in which it was asked for."""
    return [place.state for place in Place.select().where(Place.opening == opening).order_by(Place.id)]


def give_back(place, at):
    """Its person gives a place back."""
    ending.cancel(place.request, by=Actor("employee", place.request.employee_id), at=at)


# ---------------------------------------------------------------- the group

def test_a_group_of_three_firms_is_complete_when_its_units_are(cast, at):
    opening = opening_of(cast)
    first = booked(cast, opening, units=1, at=at)
    assert (now(opening).taken, now(opening).confirmed_at) == (1, None)
    assert now(first.request).state == "taken" and said("place_waiting")[0].says["missing"] == 2
    last = booked(cast, opening, cast.sara, 2, at=at)
    assert now(opening).confirmed_at == at and now(last.request).state == "agreed"
    assert now(first.request).state == "taken", "told by the job, row by row"
    run(at)
    assert now(first.request).state == "agreed"
    assert [message.employee_id for message in said("group_reached")] == [cast.gianni.id]
    assert [message.employee_id for message in said("place_taken")] == [cast.sara.id]


def test_a_group_that_was_complete_stays_so_when_somebody_gives_back(cast, at):
    opening = opening_of(cast)
    booked(cast, opening, at=at)
    last = booked(cast, opening, cast.sara, 2, at=at)
    run(at)
    give_back(last, at)
    assert now(opening).confirmed_at == at and now(opening).taken == 1
    booked(cast, opening, cast.teresa, 2, at=at + timedelta(hours=1))
    run(at + timedelta(hours=1))
    assert len(said("group_reached")) == 1 and Event.select().where(Event.verb == "confirm").count() == 1


def test_an_offered_place_completes_no_group(cast, at):
    opening = opening_of(cast, places=3, minimum=3)
    taken = booked(cast, opening, units=2, at=at)
    waits = booked(cast, opening, cast.sara, 2, at=at, may_wait=True)
    openings.resize(opening, 4, 4, by=PAOLA, at=at)
    run(at)
    assert now(waits).state == "offered" and now(opening).taken == 4
    openings.resize(now(opening), 5, 4, by=PAOLA, at=at)
    assert now(opening).confirmed_at is None and now(taken.request).state == "taken"
    placing.take(now(waits), by=Actor("employee", cast.sara.id), at=at, shown_cents=now(waits).worker_cents)
    assert now(opening).confirmed_at == at


def test_at_closing_below_the_minimum_it_is_called_off_and_everybody_told(cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, units=2, at=at)
    assert reserved(cast.gianni) == {2026: 3200}
    run(opening.closes_at - timedelta(seconds=1))
    assert now(opening).state == "open"
    run(opening.closes_at)
    assert (now(opening).state, now(opening).why_cancelled, now(opening).taken) == ("cancelled", "group_not_reached", 0)
    assert (now(place).state, now(place.request).state, now(place.request).outcome) == ("cancelled", "closed", "group_not_reached")
    assert reserved(cast.gianni) == {2026: 0} and reserved() == {None: 0}
    assert [message.employee_id for message in said("group_not_reached")] == [cast.gianni.id]
    [unmet] = Unmet.select()
    assert (unmet.why, unmet.need, unmet.units, unmet.municipality) == ("group_not_reached", "figli", 2, cast.romano)


def test_a_coordinator_opens_it_all_the_same(cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, at=at)
    openings.confirm(opening, by=PAOLA, at=at)
    openings.confirm(opening, by=PAOLA, at=at)
    run(at)
    assert now(place.request).state == "agreed" and len(said("group_reached")) == 1
    run(opening.closes_at)
    assert now(opening).state == "closed" and now(place).state == "taken"


def test_what_moved_since_the_job_read_it_is_not_closed(cast, at):
    later, off = opening_of(cast), opening_of(cast)
    openings.close(later, at=later.closes_at - timedelta(minutes=1))
    openings.cancel(off, by=PAOLA, at=at)
    events = Event.select().count()
    openings.close(off, at=off.closes_at)
    assert (now(later).state, now(off).state, Event.select().count()) == ("open", "cancelled", events)


def test_what_closed_cannot_be_opened_all_the_same(cast, at):
    opening = opening_of(cast)
    run(opening.closes_at)
    with pytest.raises(NotAllowed):
        openings.confirm(opening, by=PAOLA, at=opening.closes_at)


# ---------------------------------------------------------------- bad input

def test_more_units_than_are_left_is_said_and_nothing_is_written(cast, at):
    opening = opening_of(cast, places=3)
    booked(cast, opening, units=2, at=at)
    with pytest.raises(placing.Full) as full:
        booked(cast, opening, cast.sara, 2, at=at)
    assert full.value.opening.room == 1 and ServiceRequest.select().count() == 1
    with pytest.raises(placing.TooMuch):
        booked(cast, opening, cast.sara, 4, at=at, may_wait=True)


def test_less_than_one_unit_is_no_booking(cast, at):
    for units in (0, -1):
        with pytest.raises(ValueError):
            booked(cast, opening_of(cast), units=units, at=at, shown_cents=0)


def test_after_closing_or_cancelling_nothing_is_booked(cast, at):
    closed, cancelled = opening_of(cast), opening_of(cast, on=date(2026, 12, 14))
    openings.cancel(cancelled, by=PAOLA, at=at)
    for opening, when in ((closed, closed.closes_at), (cancelled, at)):
        with pytest.raises(NotAllowed) as late:
            booked(cast, opening, at=when)
        assert late.value.row == opening
    assert not ServiceRequest.select().exists()


def test_the_same_person_has_one_place_in_an_opening(cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, at=at)
    with pytest.raises(placing.AlreadyThere) as there:
        booked(cast, opening, at=at)
    assert there.value.place == place
    give_back(place, at)
    assert booked(cast, opening, at=at).state == "taken", "given back, one may come again"


def test_a_form_sent_twice_books_once(cast, at):
    opening = opening_of(cast)
    assert booked(cast, opening, at=at, ask_key="k") == booked(cast, opening, at=at, ask_key="k")
    assert now(opening).taken == 1


def test_another_price_than_was_shown_is_said(cast, at):
    with pytest.raises(asking.PriceChanged) as changed:
        booked(cast, opening_of(cast), at=at, shown_cents=1)
    assert changed.value.quote.shares.worker == 1600 and not Place.select().exists()


def test_who_is_not_approved_books_nothing(cast, at):
    cast.gianni.approved_at = None
    with pytest.raises(asking.NotApproved):
        booked(cast, opening_of(cast), at=at)


# ---------------------------------------------------------------- the list

def test_the_first_in_line_whose_quantity_fits_is_offered_and_who_is_passed_over_is_told(cast, at):
    opening = opening_of(cast, places=2, minimum=1)
    holds = booked(cast, opening, at=at)
    booked(cast, opening, cast.sara, at=at)
    two = booked(cast, opening, cast.teresa, 2, at=at, may_wait=True)
    one = booked(cast, opening, another_person(cast, "510", at=at), at=at, may_wait=True)
    run(at)
    assert states(opening) == ["taken", "taken", "listed", "listed"]
    give_back(holds, at)
    run(at)
    assert (now(two).state, now(one).state, now(opening).taken) == ("listed", "offered", 2)
    [passed] = said("place_skipped")
    assert passed.employee_id == cast.teresa.id and passed.says["free"] == 1
    assert reserved(now(one.request).employee) == {2026: 1600}


def test_nobody_jumps_the_line(cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    holds = booked(cast, opening, at=at)
    waits = booked(cast, opening, cast.sara, at=at, may_wait=True)
    give_back(holds, at)        # the job has not run yet: a place is free, and it is Sara's
    with pytest.raises(placing.Full):
        booked(cast, opening, cast.teresa, at=at)
    run(at)
    assert now(waits).state == "offered"


def test_an_offer_nobody_answers_goes_on_and_its_person_to_the_end(cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    holds = booked(cast, opening, at=at)
    first = booked(cast, opening, cast.sara, at=at, may_wait=True)
    second = booked(cast, opening, cast.teresa, at=at, may_wait=True)
    give_back(holds, at)
    offered(at)
    until = now(first).offered_until
    assert until == at + timedelta(hours=4)
    run(until)
    assert (now(first).state, now(second).state) == ("listed", "offered") and now(first).listed_at == until
    assert [message.employee_id for message in said("place_lapsed")] == [cast.sara.id]


def test_two_offers_unanswered_and_the_place_is_theirs_to_take_while_it_is_free(cast, at):
    opening = opening_of(cast, places=1, minimum=1, closes=moment(date(2026, 12, 6), "20:00"))
    holds = booked(cast, opening, at=at)
    waits = booked(cast, opening, cast.sara, at=at, may_wait=True)
    give_back(holds, at)
    when = at
    for _ in range(2):
        offered(when)
        assert now(waits).state == "offered"
        when = now(waits).offered_until
    run(when)
    assert now(waits).state == "listed" and now(opening).taken == 0, "no third text"
    placing.take(now(waits), by=Actor("employee", cast.sara.id), at=when, shown_cents=now(waits).worker_cents)
    assert now(waits).state == "taken" and now(opening).taken == 1


def test_an_offer_held_is_taken_and_its_limit_is_kept(cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    holds = booked(cast, opening, at=at)
    waits = booked(cast, opening, cast.sara, at=at, may_wait=True)
    give_back(holds, at)
    run(at)
    waits, sara = now(waits), Actor("employee", cast.sara.id)
    with pytest.raises(NotAllowed):
        placing.take(waits, by=sara, at=waits.offered_until, shown_cents=waits.worker_cents)
    placing.take(waits, by=sara, at=at, shown_cents=waits.worker_cents)
    assert (now(waits).state, now(waits.request).state) == ("taken", "agreed")
    with pytest.raises(NotAllowed):
        placing.take(waits, by=sara, at=at, shown_cents=waits.worker_cents)


def test_the_limit_of_an_offer_starts_when_the_carrier_took_its_text(cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    holds = booked(cast, opening, at=at)
    waits = booked(cast, opening, cast.sara, at=at, may_wait=True)
    give_back(holds, at)
    run(at)
    sent = at + timedelta(minutes=30)
    Message.update(sent_at=sent, state="sent").where(Message.kind == "place_offered").execute()
    turns(sent)
    assert now(waits).offered_until == sent + timedelta(hours=4)


def test_whoever_still_waits_at_the_start_is_told_and_the_need_is_counted(cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    booked(cast, opening, at=at)
    waits = booked(cast, opening, cast.sara, at=at, may_wait=True)
    run(opening.closes_at)
    assert now(opening).state == "closed" and now(waits).state == "listed", "a place may still come free"
    run(opening.starts_at)
    assert (now(waits).state, now(waits.request).outcome) == ("lapsed", "unfilled")
    assert len(said("no_place")) == 1 and Unmet.get().why == "unfilled"


def test_a_place_freed_after_closing_goes_to_the_list(cast, at):
    opening = opening_of(cast, places=1, minimum=1)
    holds = booked(cast, opening, at=at)
    waits = booked(cast, opening, cast.sara, at=at, may_wait=True)
    run(opening.closes_at)
    later = moment(date(2026, 12, 4), "09:00")
    give_back(holds, later)
    run(later)
    assert now(waits).state == "offered"


# ---------------------------------------------------------------- moving, cancelling, giving back

def test_moving_tells_everybody_and_giving_back_is_then_never_late(cast, at):
    opening = opening_of(cast, minimum=1, service=day_space(notice_hours=48))
    place, waits = booked(cast, opening, at=at), booked(cast, opening_of(cast, on=date(2026, 12, 14)), cast.sara, at=at)
    other = moment(date(2026, 12, 7), "09:00")
    eve = moment(date(2026, 12, 6), "19:00")
    openings.move_to(opening, other, opening.ends_at, "Oratorio", by=PAOLA, at=eve)
    run(eve)
    assert now(place.request).starts_at == other and [m.employee_id for m in said("place_moved")] == [cast.gianni.id]
    assert now(waits.request).starts_at != other
    give_back(place, eve)
    assert not now(place).cancelled_late


def test_moved_over_the_change_of_the_clock_bookings_close_at_the_same_hour(cast, at):
    opening = opening_of(cast, on=date(2027, 3, 26), closes=moment(date(2027, 3, 20), "20:00"))
    openings.move_to(opening, moment(date(2027, 3, 30), "08:00"), moment(date(2027, 3, 30), "17:00"), opening.place,
                     by=PAOLA, at=at)
    assert now(opening).closes_at == moment(date(2027, 3, 24), "20:00")


def test_moved_to_a_near_day_it_is_not_closed_at_once_but_can_still_find_its_group(cast, at):
    opening = opening_of(cast, on=date(2026, 12, 14))
    place, near = booked(cast, opening, at=at), moment(date(2026, 12, 3), "08:00")
    openings.move_to(opening, near, near + timedelta(hours=9), opening.place, by=PAOLA, at=at)
    run(at)
    assert (now(opening).state, now(opening).closes_at, now(place).state) == ("open", near, "taken")
    assert [message.employee_id for message in said("place_moved")] == [cast.gianni.id]


def test_who_is_with_somebody_at_the_new_time_does_not_lead_a_moved_opening_any_more(cast, at):
    _request, [visit] = agreed(cast, at)
    opening = opening_of(cast, on=date(2026, 12, 11))
    openings.lead(opening, cast.marta, cast.anna, at=at)
    later = moment(date(2026, 12, 10), "08:00")
    openings.move_to(opening, later, later + timedelta(hours=9), opening.place, by=PAOLA, at=at)
    assert now(opening).worker == cast.marta
    openings.move_to(opening, visit.starts_at, visit.ends_at, opening.place, by=PAOLA, at=at)
    assert now(opening).worker is None
    assert [event.after for event in Event.select().where(Event.verb == "assign")][-1] == "None"


def test_an_offer_is_not_taken_after_its_opening_was_moved_to_begin_before_its_end(cast, at):
    opening = opening_of(cast, places=2, minimum=1)
    first = booked(cast, opening, units=2, at=at)
    waits = booked(cast, opening, cast.sara, at=at, may_wait=True)
    give_back(first, at)
    turns(at)
    assert now(waits).offered_until > at + timedelta(hours=2)
    openings.move_to(now(opening), at + timedelta(hours=1), at + timedelta(hours=2), "Biblioteca", by=PAOLA, at=at)
    with pytest.raises(NotAllowed):
        placing.take(now(waits), by=Actor("employee", cast.sara.id), at=at + timedelta(hours=1),
                     shown_cents=now(waits).worker_cents)


def test_who_cannot_be_texted_that_an_opening_is_cancelled_is_called(cast, at):
    opening = opening_of(cast)
    place = booked(cast, opening, at=at)
    openings.cancel(opening, by=PAOLA, at=at)
    run(at)
    [message] = said("opening_cancelled")
    outbox.claim(message, text="x", shown="x", subject=None, at=at)
    outbox.refused(now(message), "21211", at=at)
    assert [item.request for item in DeskItem.select().where(DeskItem.kind == "to_phone")] == [place.request]


def test_giving_back_late_is_late(cast, at):
    opening = opening_of(cast, minimum=1, service=day_space(notice_hours=48))
    place = booked(cast, opening, at=at)
    give_back(place, moment(date(2026, 12, 6), "19:00"))
    assert now(place).cancelled_late and now(place.request).outcome == "cancelled_by_employee"


def test_moving_into_another_year_or_the_past_is_refused(cast, at):
    opening = opening_of(cast)
    with pytest.raises(openings.OtherYear):
        openings.move_to(opening, moment(date(2027, 1, 7), "08:00"), moment(date(2027, 1, 7), "17:00"), "x", by=PAOLA, at=at)
    with pytest.raises(ValueError):
        openings.move_to(opening, at, at + timedelta(hours=1), "x", by=PAOLA, at=at)


def test_cancelling_tells_everybody_and_frees_the_money(cast, at):
    opening = opening_of(cast, minimum=1)
    places = [booked(cast, opening, at=at), booked(cast, opening, cast.teresa, 2, at=at)]
    openings.cancel(opening, by=PAOLA, at=at)
    run(at)
    assert {now(place.request).outcome for place in places} == {"cancelled_by_cooperative"}
    assert len(said("opening_cancelled")) == 2 and reserved() == {None: 0} and now(opening).taken == 0
    assert not Unmet.select().exists()
    with pytest.raises(NotAllowed):
        openings.cancel(opening, by=PAOLA, at=at)


def test_fewer_places_than_are_taken_is_refused(cast, at):
    opening = opening_of(cast)
    booked(cast, opening, units=3, at=at)
    with pytest.raises(openings.FewerThanTaken):
        openings.resize(opening, 2, 1, by=PAOLA, at=at)
    openings.resize(opening, 3, 1, by=PAOLA, at=at)
    assert now(opening).places == 3


def test_who_waits_for_more_than_there_will_ever_be_is_told_at_once(cast, at):
    opening = opening_of(cast, places=3, minimum=1)
    booked(cast, opening, cast.sara, 1, at=at)
    waits = booked(cast, opening, cast.gianni, 3, at=at, may_wait=True)
    openings.resize(opening, 2, 1, by=PAOLA, at=at)
    run(at)
    assert (now(waits).state, now(waits.request).outcome) == ("lapsed", "unfilled") and len(said("no_place")) == 1


@pytest.mark.parametrize("leads", [True, False])
def test_the_cooperative_hears_that_an_opening_is_moved_or_off(cast, at, leads):
    opening = opening_of(cast, minimum=1)
    if leads:
        openings.lead(opening, cast.bruno, cast.marta, at=at)
    booked(cast, opening, at=at)
    openings.move_to(now(opening), opening.starts_at + timedelta(hours=1), opening.ends_at, "Oratorio", by=PAOLA, at=at)
    openings.cancel(now(opening), by=PAOLA, at=at)
    told = [cast.bruno.id] if leads else [cast.marta.id, cast.anna.id]
    assert [(message.says["what"], message.operator_id) for message in said("turn_changed")] == [
        (what, operator) for what in ("on", "moved", "off") for operator in told]


def test_that_a_group_failed_on_a_saturday_evening_is_said_on_sunday(cast, at):
    from actions import outbox
    opening = opening_of(cast, closes=moment(date(2026, 12, 5), "20:00"))
    booked(cast, opening, at=at)
    run(opening.closes_at)
    [message] = said("group_not_reached")
    assert message.due_at == moment(date(2026, 12, 6), "08:00") and outbox.class_of(message.request) == "open"


def test_the_desk_ends_a_request_and_its_place_is_free(cast, at):
    opening = opening_of(cast, minimum=1)
    place = booked(cast, opening, at=at)
    ending.close(place.request, "duplicate", "chiesta due volte", by=PAOLA, at=at)
    assert now(opening).taken == 0 and (now(place).state, now(place).cancelled_by) == ("cancelled", "coordinator")
    assert not now(place).cancelled_late


# ---------------------------------------------------------------- money, reminders, collection

def test_over_the_yearly_ceiling_the_rest_is_the_persons(cast, at):
    cast.project.person_year_cents = 2000
    cast.project.save()
    opening = opening_of(cast, minimum=1)
    place = booked(cast, opening, units=2, at=at)
    assert (place.price_cents, place.project_cents, place.worker_cents) == (6400, 2000, 4400)
    other = booked(cast, opening_of(cast, on=date(2026, 12, 14), minimum=1), at=at)
    assert (other.project_cents, other.worker_cents) == (0, 3200)


def test_reminders_go_the_evening_before_and_not_for_a_place_given_back(cast, at):
    opening = opening_of(cast, minimum=1, on=date(2026, 12, 10), closes=moment(date(2026, 12, 8), "20:00"))
    kept, given = booked(cast, opening, at=at), booked(cast, opening, cast.sara, at=at)
    give_back(given, at)
    remind(moment(date(2026, 12, 9), "18:00"))
    assert [(m.employee_id, m.place_id) for m in said("reminder_day")] == [(cast.gianni.id, kept.id)]


def test_who_still_waits_for_the_group_is_not_asked_whether_tomorrow_is_all_right(cast, at):
    opening = opening_of(cast, begins="14:00", closes=moment(date(2026, 12, 6), "22:00"))
    place, eve = booked(cast, opening, at=at), moment(date(2026, 12, 5), "18:00")
    assert now(place).remind_day_at <= eve + timedelta(days=1)
    for later in (eve, moment(date(2026, 12, 6), "19:00")):
        remind(later)
    assert not said("reminder_day")
    booked(cast, opening, cast.sara, 2, at=moment(date(2026, 12, 6), "21:00"))
    run(moment(date(2026, 12, 6), "21:01"))
    remind(moment(date(2026, 12, 7), "12:00"))
    assert [len(said(kind)) for kind in ("group_reached", "reminder_day", "reminder_hours")] == [1, 0, 2]


def test_baskets_are_collected_where_it_was_chosen(cast, at):
    opening = opening_of(cast, service=ironing(), collection=(placing.FIRM, "Portineria di via Verdi"), minimum=1, places=12)
    place = booked(cast, opening, units=3, at=at, answers={}, collection="Portineria di via Verdi")
    assert (place.collection, place.price_cents) == ("Portineria di via Verdi", 4500)
    assert now(opening).taken == 3
