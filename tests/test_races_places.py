"""Real processes at once, for places: exactly the places, one group, nobody's money twice, and no two verbs lock each other out."""

from collections import Counter

import pytest
from acts import now, said
from cast import booked, make_cast, opening_of
from races import dealt, people

from jobs.turns import turns
from models import Allowance, Event, Opening, Place, Project, ServiceRequest

pytestmark = pytest.mark.both_engines


@pytest.fixture
def cast(app, at):
    """Everybody."""
    return make_cast(at)


def the_units_add_up():
    """Each opening counts the units of its live places, and never more than there are; the money is that of the places."""
    reserved = Counter()
    for opening in Opening.select():
        places = list(Place.select().where(Place.opening == opening))
        assert opening.taken == sum(place.units for place in places if place.state in Place.COUNTED) <= opening.places
        for place in places:
            if place.state in ("offered", "taken"):
                reserved[place.request.employee_id] += place.project_cents
    for row in Allowance.select().where(Allowance.employee.is_null(False)):
        assert row.reserved_cents == reserved.pop(row.employee_id, 0), row.__data__
    assert not +reserved


def test_a_hundred_people_for_the_last_place(cast, at, at_once):
    opening = opening_of(cast, places=4, minimum=1)
    booked(cast, opening, cast.sara, 3, at=at)
    lines = [["book", opening.id, person.id, 1, False] for person in people(cast, at, 100)]
    became = at_once(*dealt(lines, 10))
    assert became == {("book", "done"): 1, ("book", "Full"): 99}
    assert now(opening).taken == 4 and Place.select().count() == 2 and ServiceRequest.select().count() == 2
    the_units_add_up()


def test_a_hundred_people_for_seven_places_fill_them_and_a_list_without_gaps(cast, at, at_once):
    opening = opening_of(cast, places=7, minimum=5)
    lines = [["book", opening.id, person.id, 1 + n % 3, True] for n, person in enumerate(people(cast, at, 100))]
    assert at_once(*dealt(lines, 10)) == {("book", "done"): 100}
    assert 5 <= now(opening).taken <= 7 and Place.select().where(Place.state == "listed").count() >= 90
    assert Event.select().where(Event.verb == "confirm").count() == 1
    turns(at)
    assert now(opening).taken == 7, "what was left goes to the first whom it is enough for"
    taken = Place.select().where(Place.state == "taken")
    assert len(said("group_reached")) + len(said("place_taken")) == taken.count()
    the_units_add_up()


def test_giving_back_while_others_book_and_the_list_is_offered_keeps_the_count(cast, at, at_once):
    opening = opening_of(cast, places=10, minimum=1)
    crowd = people(cast, at, 40)
    places = [booked(cast, opening, person, at=at, may_wait=True) for person in crowd[:20]]
    became = at_once([["give_back", place.id] for place in places[:10]],
                     [["book", opening.id, person.id, 1, True] for person in crowd[20:30]],
                     [["book", opening.id, person.id, 1, True] for person in crowd[30:]],
                     [["turns"]] * 10)
    assert became["give_back", "done"] == 10 and became["book", "done"] == 20
    turns(at)
    assert now(opening).taken == 10
    offered = [place.id for place in Place.select().where(Place.state == "offered").order_by(Place.id)]
    assert offered == [place.id for place in places[10:]], "in their turn, nobody before them"
    the_units_add_up()


def test_an_offer_is_taken_once_whoever_presses_how_often(cast, at, at_once):
    opening = opening_of(cast, places=1, minimum=1)
    holds = booked(cast, opening, cast.sara, at=at)
    waits = booked(cast, opening, cast.gianni, at=at, may_wait=True)
    at_once([["give_back", holds.id]])
    turns(at)
    became = at_once(*[[["take", waits.id]]] * 4, [["give_back", waits.id]])
    assert became["take", "done"] + became["give_back", "done"] >= 1 and became["take", "done"] <= 1
    the_units_add_up()


def test_a_last_euro_of_the_project_is_reserved_once(cast, at, at_once):
    Project.update(grant_max_cents=1600).execute()
    opening = opening_of(cast, places=50, minimum=1)
    lines = [["book", opening.id, person.id, 1, False] for person in people(cast, at, 20)]
    became = at_once(*dealt(lines, 5))
    assert became["book", "done"] >= 1
    paid = [place.project_cents for place in Place.select() if place.project_cents]
    assert paid == [1600]
    the_units_add_up()


def test_cancelling_an_opening_while_people_book_give_back_and_are_erased_ends_well(cast, at, at_once):
    """Openings, requests and money are held in one order: whoever waits for whom, somebody always goes on."""
    opening, other = opening_of(cast, places=30, minimum=1), opening_of(cast, places=30, minimum=1, begins="09:00")
    crowd = people(cast, at, 16)
    for person in crowd[:8]:
        booked(cast, other, person, at=at)
    places = [booked(cast, opening, person, at=at) for person in crowd[:8]]
    at_once([["erase", person.id] for person in crowd[:4]],
            [["give_back", place.id] for place in places[2:8]],
            [["book", opening.id, person.id, 1, True] for person in crowd[8:]],
            [["turns"], ["cancel_opening", opening.id], *[["turns"]] * 6])
    turns(at)
    assert now(opening).state == "cancelled" and now(opening).taken == 0
    assert not Place.select().where(Place.opening == opening, Place.state.in_(Place.LIVE)).exists()
    the_units_add_up()


def test_a_day_closed_by_two_at_once_marks_each_place_once(cast, at, at_once):
    opening = opening_of(cast, places=30, minimum=1)
    for person in people(cast, at, 10):
        booked(cast, opening, person, at=at)
    at_once([["close_day", opening.id, cast.marta.id]], [["close_day", opening.id, cast.anna.id]])
    assert {place.state for place in Place.select()} == {"delivered"}
    assert len(said("delivered")) == 10 and Event.select().where(Event.verb == "deliver").count() == 10
    the_units_add_up()
