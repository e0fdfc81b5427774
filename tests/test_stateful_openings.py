"""Whatever people do with places in whatever order: units add up, the group is reached once, the line is kept, money too.

`LYNX_LIVES=500 .venv/bin/pytest tests/test_stateful_openings.py --hypothesis-seed=1` lives more lives, other ones by each seed.
"""

import random
from collections import Counter
from datetime import time, timedelta

import hypothesis.strategies as st
from cast import another_person, day_space, ironing, make_cast, moment, opening_of
from conftest import AT
from databases import hurry, wipe
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lives import live

import jobs
from actions import (
    allowances,
    asking,
    contesting,
    delivering,
    demonstrating,
    ending,
    forgetting,
    ideas,
    openings,
    placing,
    rating,
)
from actions.moves import Actor, NotAllowed
from models import Allowance, Employee, Fact, Idea, Message, Opening, Place, Project, ServiceRequest
from questions.openings import MOST_OFFERS, in_turn, units_taken
from rules import hours

FINE = (NotAllowed, placing.Full, placing.TooMuch, placing.AlreadyThere, asking.PriceChanged, openings.OtherYear,
        openings.FewerThanTaken, delivering.TooMuch, allowances.NotEnough, asking.NotApproved, ValueError)
SECONDS, HOUR, DAY = timedelta(seconds=7), timedelta(hours=1), timedelta(days=1)
STEPS = [HOUR, 3 * HOUR, 5 * HOUR, DAY, 2 * DAY, 4 * DAY]
OFTEN = ("turns", "remind", "escalate", "deliver")


class Crowds(RuleBasedStateMachine):
    """Eight people of two firms book, wait, take, give back; a coordinator opens, moves, cancels; a cooperative marks."""

    done = Counter()

    def __init__(self):
        super().__init__()
        wipe()
        self.cast, self.at, self.confirmed, self.last = make_cast(AT), AT, {}, {}
        Project.update(person_year_cents=9_000, grant_max_cents=30_000).execute()     # soon reached
        self.people = [self.cast.gianni, self.cast.sara, self.cast.teresa, *(
            another_person(self.cast, str(600 + n), self.cast.big_firm, at=AT) for n in range(5))]
        for person in self.people[::2]:
            ideas.ask_for_news(person, True, at=AT)

    @initialize(seed=st.integers(0, 2 ** 32))
    def some_openings(self, seed):
        """Two to begin with."""
        self.luck = random.Random(seed)
        self.open_one()
        self.open_one()

    def say(self, verb, *args, **more):
        """Do it, a few seconds later; to be too late, full or out of money is no failure."""
        self.at += SECONDS
        note(f"    {self.at:%d/%m %H:%M:%S} {verb.__name__} {[getattr(one, 'id', one) for one in args]} {more}")
        try:
            verb(*args, at=self.at, **more)
            self.done[verb.__name__] += 1
        except FINE as refused:
            self.done[type(refused).__name__] += 1
            note(f"        {type(refused).__name__}: {refused}")

    def one(self, model, *conditions):
        """One such row, now and then any."""
        some = model.select().where(*conditions) if self.luck.random() > 0.08 else model.select()
        rows = list(some.order_by(model.id.desc()).limit(6))
        return self.luck.choice(rows) if rows else None

    @rule()
    def somebody_does_something(self):
        """Chance decides who does what."""
        what, weights = zip((self.book, 9), (self.answer, 5), (self.give_back, 4), (self.desk, 3), (self.mark, 5),
                            (self.after, 7), (self.idea, 4), (self.open_one, 1), (self.erase, 0.3), (self.time_goes_by, 5))
        self.luck.choices(what, weights)[0]()

    # ------------------------------------------------------------ people

    def book(self):
        """For one to three, on the list if need be."""
        opening, person = self.one(Opening, Opening.state == "open"), self.luck.choice(self.people)
        if opening and Employee.get_by_id(person.id).left_at is None:
            units = self.luck.choice([1, 1, 2, 3])
            shown = placing.quote(opening, units, person, at=self.at).shares.worker
            self.say(placing.book, placing.Seat(opening, units, {}), person, ask_key=f"key {self.at}", shown_cents=shown,
                     may_wait=self.luck.random() < 0.8)

    def answer(self):
        """Take what is offered, or what is free."""
        place = self.one(Place, Place.state == "offered") or self.one(Place, Place.state == "listed")
        if place and place.request.employee_id:
            self.say(placing.take, place, by=Actor("employee", place.request.employee_id), shown_cents=place.worker_cents)

    def give_back(self):
        """Call it off."""
        place = self.one(Place, Place.state.in_(Place.LIVE))
        if place and place.request.employee_id:
            self.say(ending.cancel, place.request, by=Actor("employee", place.request.employee_id))

    def after(self):
        """Contest, decide, answer the question, say thank you."""
        place = self.one(Place, Place.state.in_(Place.MARKED))
        if place and place.request.employee_id:
            her, desk = Actor("employee", place.request.employee_id), Actor("coordinator", self.cast.paola.id)
            verb, args, more = self.luck.choice([
                (contesting.contest, [self.luck.choice(contesting.REASONS)], {"by": her}),
                (contesting.resolve, [self.luck.choice(contesting.RESOLUTIONS), "parole"], {"by": desk}),
                (rating.rate, [self.luck.choice(rating.SCORES)], {"by": her}), (rating.thank, [], {"by": her})])
            self.say(verb, place, *args, **more)

    def erase(self):
        """Somebody wants to be forgotten."""
        person = self.luck.choice(self.people)
        self.say(forgetting.erase, Employee.get_by_id(person.id), by=Actor("employee", person.id))

    # ------------------------------------------------------------ the desk and the cooperative

    def open_one(self):
        """In three to nine days."""
        on = hours.local(self.at).date() + self.luck.choice([3, 5, 9]) * DAY
        places = self.luck.choice([2, 3, 5])
        if on.year == 2026 and Opening.select().count() < 6:
            opening_of(self.cast, on=on, closes=moment(on - DAY, "12:00"), places=places, at=self.at,
                       minimum=self.luck.choice([1, 2, places]), service=self.luck.choice([day_space, ironing])())

    def desk(self):
        """Move, resize, open anyway, cancel, end somebody's request."""
        opening, by = self.one(Opening, Opening.state != "cancelled"), {"by": Actor("coordinator", self.cast.paola.id)}
        if opening is None:
            return
        shift = self.luck.choice([HOUR, DAY, -HOUR])
        verb, args = self.luck.choice([
            (openings.move_to, [opening.starts_at + shift, opening.ends_at + shift, "Oratorio"]),
            *[(openings.resize, [self.luck.choice([1, 2, 4, 6]), self.luck.choice([1, 2, 4])])] * 3,
            *[(openings.confirm, [])] * 2, (openings.cancel, [])])
        self.say(verb, opening, *args, **by)
        place = self.one(Place, Place.state.in_(Place.LIVE))
        if place and self.luck.random() < 0.1:
            self.say(ending.close, place.request, self.luck.choice(["unfilled", "duplicate"]), "parole", **by)

    def mark(self):
        """Close a day, with some exceptions; or mark one place."""
        opening = self.one(Opening, Opening.state != "cancelled", Opening.starts_at <= self.at)
        if opening is None:
            return
        exceptions = {place.id: self.luck.choice(["absent", "refused", "nobody_came", 1, None, None, None])
                      for place in Place.select().where(Place.opening == opening)}
        if self.luck.random() < 0.3 and exceptions:
            place = Place.get_by_id(self.luck.choice(list(exceptions)))
            self.say(delivering.mark, place, exceptions[place.id], self.cast.marta)
        else:
            self.say(delivering.close_day, opening, self.cast.marta, exceptions, {self.cast.marta.id: 540})

    def idea(self):
        """Publish, be interested, open."""
        idea, by = self.one(Idea, Idea.state == "published"), {"by": Actor("coordinator", self.cast.paola.id)}
        if idea is None or self.luck.random() < 0.2:
            template = Opening.select().order_by(Opening.id).first()
            if template and Idea.select().count() < 3:
                on = max(self.at, template.starts_at) + 3 * DAY
                draft = openings.Draft.of(template).later((on - template.starts_at).days)
                if hours.local(draft.starts_at).year == 2026:
                    self.say(ideas.publish, draft, self.cast.project, self.cast.paola)
        elif self.luck.random() < 0.75:
            self.say(ideas.be_interested, idea, self.luck.choice(self.people[1:]), self.luck.choice([0, 1, 2]))
        else:
            self.say(ideas.open_idea, idea, **by)

    # ------------------------------------------------------------ the clock

    def time_goes_by(self):
        """For a while; the jobs run wherever something falls due."""
        end = self.at + self.luck.choice(STEPS)
        while self.at < end:
            due = demonstrating.next_due(self.at)
            self.at = min(due + timedelta(seconds=-due.second % 60), end)
            jobs.run(self.at, OFTEN)
        jobs.run(self.at, None)
        self.nothing_waits_that_could_be_offered()

    def nothing_waits_that_could_be_offered(self):
        """Once the jobs ran: what is free is too little for whoever is in turn, or it is too late."""
        for opening in Opening.select().where(Opening.state != "cancelled", Opening.starts_at > self.at + DAY):
            assert not in_turn(opening).where(Place.units <= opening.room).exists(), opening.id

    # ------------------------------------------------------------ what holds

    @invariant()
    def all_is_well(self):
        """After every single verb."""
        self.units_add_up()
        self.money_adds_up()
        self.the_group_is_reached_once()
        self.the_line_is_kept()
        self.each_state_has_what_belongs_to_it()

    def units_add_up(self):
        """Taken equals the sum of the places that count."""
        for opening in Opening.select():
            counted = sum(place.units for place in opening.held_places if place.state in Place.COUNTED)
            assert opening.taken == counted <= opening.places, opening.id

    def money_adds_up(self):
        """Reserved is what is offered and taken, spent what was delivered, for each person and in all."""
        reserved, spent = Counter(), Counter()
        for place in Place.select(Place, ServiceRequest).join(ServiceRequest):
            book = {"offered": reserved, "taken": reserved, "delivered": spent}.get(place.state)
            if book is not None:
                for owner in (place.request.employee_id, None):
                    book[owner] += place.project_cents
        for row in Allowance.select():
            owner = row.employee_id
            assert (row.reserved_cents, row.spent_cents) == (reserved.pop(owner, 0), spent.pop(owner, 0)), owner
            assert row.reserved_cents + row.spent_cents <= row.limit_cents, owner
        gone = {None} | {person.id for person in Employee.select().where(Employee.left_at.is_null(False))}
        assert not {owner for owner in +reserved + +spent if owner not in gone}

    def the_group_is_reached_once(self):
        """And never undone; with its minimum taken and no word to the contrary, it is reached."""
        for opening in Opening.select():
            before = self.confirmed.setdefault(opening.id, opening.confirmed_at)
            assert before is None or before == opening.confirmed_at, opening.id
            self.confirmed[opening.id] = opening.confirmed_at
            if opening.state == "open":
                assert opening.confirmed_at or units_taken(opening) < opening.minimum, opening.id
        said = Counter(message.place_id for message in Message.select().where(Message.kind.in_(("group_reached", "place_taken"))))
        assert all(count == 1 for count in said.values()), said

    def the_line_is_kept(self):
        """Whoever is offered a place passed over nobody who would have been content with as much."""
        now = {place.id: place for place in Place.select()}
        for place in now.values():
            if place.state == "offered" and self.last.get(place.id, "listed") == "listed" and not place.by_interest:
                before = [other for other in now.values() if other.opening_id == place.opening_id
                          and other.state == "listed" and other.offers < MOST_OFFERS
                          and (other.listed_at, other.id) < (place.listed_at, place.id)]
                assert all(other.units > place.units for other in before), place.id
        self.last = {place.id: place.state for place in now.values()}

    def each_state_has_what_belongs_to_it(self):
        """Place and request tell the same story, and a closed one is a fact."""
        fits = {"listed": {"open"}, "offered": {"open"}, "taken": {"taken", "agreed"}, "lapsed": {"closed"},
                "cancelled": {"closed"}, "delivered": {"taken", "agreed", "closed"}, "missed": {"taken", "agreed", "closed"}}
        for place in Place.select(Place, ServiceRequest).join(ServiceRequest):
            assert place.request.state in fits[place.state], (place.id, place.state, place.request.state)
        closed = ServiceRequest.select().where(ServiceRequest.state == "closed").count()
        assert Fact.select().where(Fact.kind == "request").count() == closed

    def teardown(self):
        """Three weeks after the last: everything has ended, or waits for somebody to say how it went."""
        ends = [self.at, *(opening.ends_at for opening in Opening.select())]
        while self.at < max(ends) + 21 * DAY:
            self.at = hours.moment(hours.local(self.at).date() + 5 * DAY, time(12))
            jobs.run(self.at, None)
        self.all_is_well()
        for request in ServiceRequest.select().where(ServiceRequest.state != "closed"):
            place = Place.get(Place.request == request)
            contested = place.contested_at and not place.resolved_at
            assert place.state == "taken" or contested, (request.id, place.state, request.state)


def test_nothing_people_do_with_places_breaks_what_must_always_hold(app, failing_jobs):
    hurry()
    done = live(Crowds, 18, 45)
    assert {"book", "take", "cancel", "move_to", "resize", "confirm", "close_day", "contest", "open_idea", "Full",
            "NotAllowed"} <= done, done


def test_nor_does_it_where_machines_share_a_database(pg_app, failing_jobs):
    assert {"book", "NotAllowed"} <= live(Crowds, 4, 30)
