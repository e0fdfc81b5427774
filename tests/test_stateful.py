"""Whatever people do in whatever order, and however the clock moves between: what must always hold, holds.

`LYNX_LIVES=500 .venv/bin/pytest tests/test_stateful.py --hypothesis-seed=1` lives more lives, other ones by each seed; with
`LYNX_SHRINK=1` it takes its time to make a failure small.
"""

import random
from collections import Counter
from datetime import time, timedelta

import always
import hypothesis.strategies as st
from cast import make_cast
from conftest import AT
from databases import hurry, wipe
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lives import live

import jobs
from actions import (
    agreeing,
    answering,
    asking,
    changing,
    delivering,
    demonstrating,
    desk,
    ending,
    leaving,
    planning,
    proposing,
    reminding,
)
from actions.moves import Actor, NotAllowed
from models import Appointment, Cooperative, Coverage, DeskItem, Operator, Project, Proposal, Referral, ServiceRequest
from rules import hours, recurrence

FINE = (NotAllowed, planning.Busy, planning.SharesChanged, planning.NoDays, proposing.NoMoreRounds, asking.PriceChanged)
SECONDS, MINUTE, HOUR, DAY = timedelta(seconds=7), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFTEN = ("escalate", "remind", "deliver")

# what somebody may most likely do something about
OPEN = ServiceRequest, ServiceRequest.state.in_(ServiceRequest.UNANSWERED)
NOT_CLOSED = ServiceRequest, ServiceRequest.state != "closed"
LIES_BEFORE = Referral, Referral.state.in_(Referral.LIVE) & Referral.request.in_(ServiceRequest.select().where(OPEN[1]))
WAITS = Proposal, Proposal.state == "waiting"
WISHED = Proposal, Proposal.state == "countered"
PLANNED = Appointment, Appointment.state == "planned"
LIES_THERE = DeskItem, DeskItem.done_at.is_null() & (DeskItem.kind != "unassigned")

OFTEN_ENOUGH = 0.1                          # of the pages that people press on were opened long ago, or are anybody's
SHIFTS = [HOUR, -2 * HOUR, DAY, 3 * DAY, 35 * DAY, timedelta()]
LENGTHS = [2 * HOUR, 3 * HOUR, 5 * HOUR]
WEEKS = [None, None, *(recurrence.Weekly(days, None, times) for days, times in (((), 2), ((2,), 5), ((2, 4), 9), ((1, 3, 5), 5)))]
STEPS = [MINUTE, 11 * MINUTE, 35 * MINUTE, 2 * HOUR, 5 * HOUR, 15 * HOUR, DAY, None, None]


class Lives(RuleBasedStateMachine):
    """Gianni, Sara and Teresa ask; three cooperatives answer; Paola is at the desk; time goes by."""

    done = Counter()

    def __init__(self):
        super().__init__()
        wipe()
        self.cast, self.at, self.frozen, self.seen = make_cast(AT), AT, always.Frozen(), {}
        Project.update(person_year_cents=15_000, grant_max_cents=40_000).execute()    # soon reached
        for service in (self.cast.ad, self.cast.pasto):
            Coverage.create(cooperative=self.cast.quercia, service=service, municipality=self.cast.romano, rank=2)
        Coverage.create(cooperative=self.cast.lontana, service=self.cast.bs, municipality=self.cast.romano, rank=3)

    def say(self, verb, *args, **more):
        """Do it, a few seconds later; to be too late, busy or out of money is no failure."""
        self.at += SECONDS
        note(f"    {self.at:%d/%m %H:%M:%S} {verb.__name__} {[getattr(one, 'id', one) for one in args]} {more}")
        try:
            verb(*args, at=self.at, **more)
            self.done[verb.__name__] += 1
        except FINE as refused:
            self.done[type(refused).__name__] += 1
            note(f"        {type(refused).__name__}: {refused}")

    def one(self, likely):
        """One of the likely rows, rather a new one; at times any row; at times as it was when it was first seen."""
        model, condition = likely
        rows = list((model.select() if self.now_and_then() else model.select().where(condition)).order_by(model.id.desc()).limit(5))
        if not rows:
            return None
        row = rows[min(self.luck.randrange(len(rows)), self.luck.randrange(len(rows)))]
        first_seen = self.seen.setdefault((model, row.id), row)
        return first_seen if self.now_and_then() else row

    def now_and_then(self):
        """Now and then."""
        return self.luck.random() < OFTEN_ENOUGH

    def team(self, cooperative):
        """Who answers there, and who may go: mostly the same one, so that she is busy soon; or nobody yet."""
        here = list(Operator.select().where(Operator.cooperative == cooperative).order_by(Operator.id))
        team = [operator for operator in here if not operator.left_at]
        return (team or here)[0], self.luck.choice([*team[:1] * 3, *team[:2], None])

    def proposer(self, operator):
        """Who proposes: the operator, or Paola for the cooperative."""
        if self.now_and_then():
            return {"by": Actor("coordinator", self.cast.paola.id)}
        return {"by": Actor("operator", operator.id), "operator": operator}

    # ------------------------------------------------------------ who does something

    @initialize(seed=st.integers(0, 2 ** 32))
    def some_ask(self, seed):
        self.luck = random.Random(seed)
        self.ask()
        self.ask()

    @rule()
    def somebody_does_something(self):
        """Chance decides who does what: so that all of it comes about as often as it should."""
        what, weights = zip(
            (self.ask, 2), (self.answer_a_proposal, 6), (self.think_again, 3), (self.answer_a_request, 4), (self.propose, 4),
            (self.answer_a_wish, 4), (self.propose_to_move, 2), (self.change_a_visit, 3), (self.mark, 4), (self.seldom, 2),
            (self.time_goes_by, 5))
        while not self.luck.choices(what, weights)[0]():
            pass

    # ------------------------------------------------------------ people

    def ask(self):
        luck, cast = self.luck, self.cast
        starts_at = hours.moment(hours.local(self.at).date() + luck.choice([1, 2, 2, 4]) * DAY, time(luck.choice([15, 16, 16])))
        if ServiceRequest.select().where(OPEN[1]).count() > 3 or asking.too_soon(starts_at, self.at):
            return False
        answer_by = luck.choice([None, None, min(self.at + DAY, starts_at)])
        wish = asking.Wish(luck.choice([cast.bs, cast.bs, cast.ad, cast.pasto]), luck.choice([cast.romano, cast.romano, cast.covo]),
                           starts_at, starts_at + luck.choice(LENGTHS), answer_by=answer_by, weekly=luck.choice(WEEKS))
        employee = luck.choice([cast.gianni, cast.sara, cast.teresa])
        shown = asking.quote(wish, employee, at=self.at).total.worker
        self.say(asking.ask, wish, employee, ask_key=f"key {self.at}", shown_cents=shown)
        return True

    def answer_a_proposal(self):
        proposal = self.one(WAITS)
        if proposal:
            how = self.luck.choice(["accept"] * 3 + ["counter"] * 2 + ["decline", "ask_to_talk"])
            to = [proposal.starts_at + self.luck.choice(SHIFTS)] if how == "counter" else []
            self.say(getattr(agreeing, how), proposal, *to, by=Actor("employee", proposal.request.employee_id))
        return proposal

    def think_again(self):
        visit = self.one(PLANNED)
        if visit:
            following, to = self.luck.random() < 0.5, visit.starts_at + self.luck.choice(SHIFTS)
            verb, args, more = self.luck.choice([
                (reminding.say_yes, [], {}), (changing.ask_change, [to], {"following": following}),
                (changing.ask_change, [to], {}), (ending.cancel_visit, [], {"following": following, "reason": "ill"})])
            self.say(verb, visit, *args, by=Actor("employee", visit.request.employee_id), **more)
        return visit

    # ------------------------------------------------------------ cooperatives

    def answer_a_request(self):
        referral = self.one(LIES_BEFORE)
        if referral:
            operator, goes = self.team(referral.cooperative)
            verb, *rest = self.luck.choice([
                *[(answering.confirm, goes)] * 3, (answering.take,), (answering.decline, "full"), (answering.hand_over, operator)])
            self.say(verb, referral, operator, *rest)
        return referral

    def propose(self):
        referral = self.one(LIES_BEFORE)
        if referral:
            operator, goes = self.team(referral.cooperative)
            starts_at = referral.request.starts_at + self.luck.choice(SHIFTS)
            slot = planning.Slot(starts_at, starts_at + self.luck.choice(LENGTHS),
                                 referral.request.weekly and self.luck.choice(WEEKS))
            self.say(agreeing.propose, referral, slot, goes, **self.proposer(operator))
        return referral

    def answer_a_wish(self):
        proposal = self.one(WISHED)
        if proposal:
            operator, goes = self.team(proposal.referral.cooperative)
            verb, *rest = self.luck.choice([*[(agreeing.agree_to_counter, goes)] * 2, (changing.refuse_change,)])
            self.say(verb, proposal, operator, *rest)
        return proposal

    def propose_to_move(self):
        visit = self.one(PLANNED)
        if visit:
            operator, goes = self.team(visit.referral.cooperative)
            starts_at = visit.starts_at + self.luck.choice(SHIFTS)
            slot = planning.Slot(starts_at, starts_at + self.luck.choice([*LENGTHS, *[visit.ends_at - visit.starts_at] * 3]))
            self.say(changing.propose_change, visit, slot, goes, following=self.luck.random() < 0.5, **self.proposer(operator))
        return visit

    def change_a_visit(self):
        visit = self.one(PLANNED)
        if visit:
            operator, goes = self.team(visit.referral.cooperative)
            following = {"following": self.luck.random() < 0.5}
            verb, args, more = self.luck.choice([
                *[(answering.assign, [goes, operator], following)] * 2, (answering.undo, [operator], {}),
                (ending.give_back, [operator, "ill"], following)])
            self.say(verb, visit, *args, **more)
        return visit

    def mark(self):
        visit = self.one((Appointment, PLANNED[1] & (Appointment.starts_at <= self.at)))
        if visit:
            operator, _goes = self.team(visit.referral.cooperative)
            verb, args, more = self.luck.choice([
                *[(delivering.deliver, [operator], {})] * 3,
                (delivering.miss, ["employee"], {"by": Actor("operator", operator.id)})])
            self.say(verb, visit, *args, **more)
        return visit

    # ------------------------------------------------------------ what is seldom

    def seldom(self):
        return self.luck.choice([self.duty, self.duty, self.leave, self.put, self.close, self.cancel, self.finish])()

    def duty(self):
        operator = self.luck.choice(list(Operator.select().where(Operator.left_at.is_null(), Operator.answers)))
        self.say(answering.be_on_duty, operator, self.luck.random() < 0.7)
        return True

    def leave(self):
        leaver = self.luck.choice([self.cast.marta, self.cast.anna, self.cast.bruno, self.cast.elena, self.cast.luca])
        self.say(leaving.leave, leaver, by=Actor("coordinator", self.cast.paola.id))
        return True

    def put(self):
        request = self.one(OPEN)
        if request:
            self.say(answering.put_by_desk, request, self.luck.choice(list(Cooperative.select())), self.cast.paola)
        return request

    def close(self):
        request, outcome = self.one(NOT_CLOSED), self.luck.choice(["unfilled", "duplicate", "cancelled_by_cooperative"])
        if request:
            self.say(ending.close, request, outcome, "words", by=Actor("coordinator", self.cast.paola.id))
        return request

    def cancel(self):
        request = self.one(NOT_CLOSED)
        if request:
            self.say(ending.cancel, request, by=Actor("employee", request.employee_id))
        return request

    def finish(self):
        item = self.one(LIES_THERE)
        if item and item.kind != "unassigned":      # its page does not offer that: it needs a cooperative, or an end
            self.say(desk.finish, item, "done", self.cast.paola)
        return item

    # ------------------------------------------------------------ the clock

    def time_goes_by(self):
        """For a while, or until the next visit has ended."""
        step = self.luck.choice(STEPS)
        ends = sorted(visit.ends_at for visit in Appointment.select().where(PLANNED[1], Appointment.ends_at > self.at))
        self.until(self.at + step if step else min(self.at + 5 * DAY, *ends[:1], self.at + 6 * DAY))
        return True

    def until(self, end):
        """Stop wherever something falls due, at a full minute."""
        while self.at < end:
            due = demonstrating.next_due(self.at)
            self.at = min(due + timedelta(seconds=-due.second % 60), end)
            self.run_jobs(OFTEN)
        self.run_jobs(None)
        always.each_request_waits_for_somebody(self.at)
        always.nothing_was_said_twice()

    def run_jobs(self, names):
        """As the timetable would."""
        self.done["runs"] += 1
        jobs.run(self.at, names)
        always.what_was_said_is_true(self.at)

    # ------------------------------------------------------------ what holds

    @invariant()
    def all_is_well(self):
        always.all_is_well(self.at)
        self.frozen.look()

    def teardown(self):
        ends = [self.at, *(visit.ends_at for visit in Appointment.select()), *(one.lapses_at for one in ServiceRequest.select())]
        while self.at < max(ends) + 21 * DAY:       # at noon: by then each daily job has had its hour
            self.at = hours.moment(hours.local(self.at).date() + 7 * DAY, time(12))
            self.run_jobs(None)
        always.all_is_well(self.at)
        always.everything_has_ended()


def test_nothing_people_do_breaks_what_must_always_hold(app, failing_jobs):
    hurry()
    done = live(Lives, 14, 45)
    assert {"ask", "confirm", "propose", "accept", "propose_change", "ask_change", "give_back", "deliver", "NotAllowed",
            "Busy"} <= done, done


def test_nor_does_it_where_many_machines_share_a_database(pg_app, failing_jobs):
    assert {"ask", "NotAllowed"} <= live(Lives, 4, 30)
