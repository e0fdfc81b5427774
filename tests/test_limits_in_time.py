"""Nobody ever answers: whenever a request is asked, each cooperative has its turn, the person is told in time, and it ends."""

from datetime import datetime, time, timedelta

import carriers
import hypothesis.strategies as st
import pytest
from cast import asked, make_cast, moment, referral_of
from databases import hurry, wipe
from hypothesis import HealthCheck, Phase, given, settings

import jobs
from actions import agreeing, asking, demonstrating, planning, putting
from actions.moves import Actor
from actions.outbox import class_of, may_go_from
from models import (
    Coordination, Cooperative, Coverage, DeskItem, Message, Operator, Phone, Proposal, Referral, ServiceRequest,
)
from rules import hours, limits

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NAMES = ("escalate", "remind", "deliver")
MONDAYS = ["2026-11-30", "2026-12-07", "2026-12-21", "2027-03-22"]    # a plain week, a holiday, Christmas, the clocks' change


@pytest.fixture
def quick(app, monkeypatch):
    """No power cut is waited for, and no stop is made for the daily jobs, which are not looked at here."""
    hurry()
    monkeypatch.setattr(demonstrating, "DAILY", ())


# ---------------------------------------------------------------- at any moment of the week

def cooperatives_of(cast, on_duty):
    """Instead of the cast's own cooperatives: so many, in this order, with somebody on duty or not."""
    Coverage.delete().execute()
    for rank, duty in enumerate(on_duty, 1):
        cooperative = Cooperative.create(code=f"C{rank}", name=f"Cooperativa {rank}", phone="035 0000001", email="c@example.org")
        phone = Phone.create(number=f"+3933300008{rank:02}")
        Operator.create(cooperative=cooperative, name="Op", phone=phone, on_duty=duty)
        for service in (cast.bs, cast.ad, cast.pasto):
            Coverage.create(cooperative=cooperative, service=service, municipality=cast.romano, rank=rank)


@settings(max_examples=60, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(monday=st.sampled_from(MONDAYS), minute=st.integers(0, 7 * 24 * 60 - 1), ahead=st.integers(3, 14 * 24), service=st.sampled_from(
    ["bs", "ad", "pasto"]), on_duty=st.lists(st.booleans(), min_size=1, max_size=4), duty=st.booleans(), answer_in=st.one_of(
    st.none(), st.none(), st.integers(2, 100)))
def test_a_request_is_put_escalated_and_ended_in_time_whenever_it_is_asked(
        quick, monday, minute, ahead, service, on_duty, duty, answer_in):
    at = hours.moment(datetime.fromisoformat(monday).date(), time(0)) + minute * MINUTE
    starts_at = (at + ahead * HOUR).replace(minute=0)
    if asking.too_soon(starts_at, at):
        return
    wipe()
    cast = make_cast(at)
    Coordination.update(on_duty=duty).execute()
    cooperatives_of(cast, on_duty)
    wish = asking.Wish(getattr(cast, service), cast.romano, starts_at, starts_at + 2 * HOUR,
                       answer_by=answer_in and min(at + answer_in * HOUR, starts_at))
    shown = asking.quote(wish, cast.gianni, at=at).total.worker
    request = asking.ask(wish, cast.gianni, ask_key="one", shown_cents=shown, at=at)
    promises = live_to_the_end(request, at)
    it_ended_at_its_start(request)
    each_had_its_turn(request, on_duty, at)
    the_person_was_told(request, promises, at)
    the_desk_knew(request, duty, at)


def live_to_the_end(request, at):
    """Let time go by from one thing that falls due to the next. Returns each promise, with the moment it was made."""
    promises = []
    for _stop in range(200):
        jobs.run(at, NAMES)
        now = ServiceRequest.get_by_id(request.id)
        if now.state == "closed":
            jobs.run(may_go_from(class_of(now), "sms", at), NAMES)      # what ends at night is read in the morning
            return promises
        assert now.lapses_at > at
        assert now.promised_at and now.promised_at > at or desk_items(request, "unassigned").exists()
        if now.promised_at and now.promised_at not in [promise for promise, _at in promises]:
            promises.append((now.promised_at, at))
        at = demonstrating.next_due(at)
    raise AssertionError("it never ends")


def it_ended_at_its_start(request):
    now = ServiceRequest.get_by_id(request.id)
    assert (now.outcome, now.closed_at) == ("lapsed", now.starts_at)
    assert not Referral.select().where(Referral.state.in_(Referral.LIVE)).exists()


def each_had_its_turn(request, on_duty, at):
    """In their order, those on duty, each for a fair time; all of them if there was any for all."""
    referrals = list(Referral.select().order_by(Referral.id))
    wanted = [f"C{rank}" for rank, duty in enumerate(on_duty, 1) if duty]
    had = [referral.cooperative.code for referral in referrals]
    assert had == wanted[:len(had)]
    request = ServiceRequest.get_by_id(request.id)
    for referral in referrals:
        assert at <= referral.put_at < request.starts_at
        assert referral.answered_at is None
        assert referral.due_at in (request.starts_at, request.answer_by) or fair(request, referral)
    if wanted and time_for_all(request, len(wanted), at):
        assert had == wanted


def fair(request, referral):
    """An hour in which offices answer; of what is urgent ten minutes between 8 and 20."""
    if request.urgent and referral.put_at >= request.starts_at - 48 * HOUR or hours.waking_between(
            referral.put_at, referral.due_at) < HOUR:
        return hours.waking_between(referral.put_at, referral.due_at) >= limits.MOMENT
    return hours.working_between(referral.put_at, referral.due_at) >= HOUR


def time_for_all(request, cooperatives, at):
    """Whether a working hour each was left before the start, or ten minutes each of what was urgent at once."""
    if limits.is_urgent(request.starts_at, request.answer_by, at):
        return hours.waking_between(at, request.starts_at) > cooperatives * limits.MOMENT
    return hours.working_between(at, request.starts_at) > cooperatives * HOUR


def the_person_was_told(request, promises, at):
    """At once by when an answer comes, and before each such moment something newer; at last that nobody was found."""
    request = ServiceRequest.get_by_id(request.id)
    said = list(Message.select().where(Message.employee == request.employee, Message.sent_at.is_null(False)).order_by(
        Message.sent_at))
    assert said[0].kind in ("request_received", "nobody_yet") and said[0].sent_at == at
    assert said[-1].kind == "unfilled" and said[-1].sent_at <= may_go_from(class_of(request), "sms", request.closed_at)
    for promised, made_at in promises:
        assert any(made_at < one.sent_at <= promised for one in said), (promised, [(m.kind, m.sent_at) for m in said])
    assert [promise for promise, _at in promises] == sorted({promise for promise, _at in promises})


def the_desk_knew(request, duty, at):
    """By mail before its start; by text as soon as texts go, if it was urgent from the beginning and somebody is on duty."""
    request = ServiceRequest.get_by_id(request.id)
    told = Message.select().where(Message.kind == "told", Message.request == request)
    assert told.where(Message.channel == "mail", Message.sent_at < request.starts_at).exists()
    if duty and limits.is_urgent(request.starts_at, request.answer_by, at):
        text = told.where(Message.channel == "sms", Message.sent_at.is_null(False)).order_by(Message.id).first()
        assert text and text.says["why"] == "urgent" and text.sent_at == hours.next_waking(at)


def desk_items(request, kind):
    return DeskItem.select().where(DeskItem.request == request, DeskItem.kind == kind, DeskItem.done_at.is_null())


# ---------------------------------------------------------------- when a limit begins

AWAY, REFUSED = carriers.TryLater("503", "non risponde"), carriers.Refused("30003", "numero spento")


class Down:
    """A carrier that is away, or that refuses."""

    def __init__(self, says):
        self.says = says

    def send(self, parcel):
        """What went wrong."""
        raise self.says


@pytest.fixture
def carrier(monkeypatch):
    """Takes the carrier away: `carrier(AWAY)`, `carrier(REFUSED)`; and brings it back: `carrier(None)`."""
    ours = carriers.carrier_for
    return lambda says: monkeypatch.setattr(carriers, "carrier_for", (lambda *_: Down(says)) if says else ours)


def minutes_from(at, count):
    """The jobs every minute, for so many."""
    for minute in range(count + 1):
        jobs.run(at + minute * MINUTE, NAMES)


@pytest.mark.parametrize("asked_at, patience", [
    (("2026-12-01", "09:00"), ("2026-12-01", "10:00")),
    (("2026-12-01", "19:30"), ("2026-12-02", "08:30")),      # the night does not count
    (("2026-12-05", "19:40"), ("2026-12-07", "08:40")),      # nor does a Sunday
    (("2026-12-06", "11:00"), ("2026-12-07", "09:00")),      # on which it may not even go
])
def test_a_limit_begins_an_open_hour_after_its_text_was_due_while_the_carrier_is_away(quick, carrier, asked_at, patience):
    at, expected = (moment(datetime.fromisoformat(on).date(), clock) for on, clock in (asked_at, patience))
    cast = make_cast(at)
    carrier(AWAY)
    request = asked(cast, at=at, on=datetime(2026, 12, 21).date())
    for tick in (*(at + n * 10 * MINUTE for n in range(3)), *(expected - n * MINUTE for n in (40, 20, 5, 1))):
        jobs.run(tick, NAMES)
        assert referral_of(request).started_at is None
    jobs.run(expected, NAMES)
    referral = referral_of(request)
    assert referral.started_at == expected and referral.due_at == hours.add_working(expected, 24)
    assert ServiceRequest.get().promised_at > referral.due_at


def test_a_limit_begins_when_the_carrier_is_back_and_took_the_text(quick, carrier, at):
    request = asked(make_cast(at), at=at, on=datetime(2026, 12, 21).date())
    carrier(AWAY)
    minutes_from(at, 20)
    carrier(None)
    minutes_from(at + 21 * MINUTE, 15)
    text = Message.get(Message.kind == "referral")
    assert referral_of(request).started_at == text.sent_at > at + 20 * MINUTE


def test_a_limit_begins_at_once_where_no_text_can_go(quick, carrier, at):
    carrier(REFUSED)
    request = asked(make_cast(at), at=at, on=datetime(2026, 12, 21).date())
    minutes_from(at, 2)         # the text is refused, and then the letter in its place
    assert referral_of(request).started_at == at + MINUTE


def test_a_persons_time_to_answer_a_proposal_begins_with_its_text_too(quick, carrier, at):
    cast = make_cast(at)
    request = asked(cast, at=at, on=datetime(2026, 12, 21).date())
    jobs.run(at, NAMES)
    carrier(AWAY)
    agreeing.propose(referral_of(request), planning.Slot.of(request), None, by=Actor("operator", cast.marta.id), at=at,
                     operator=cast.marta)
    minutes_from(at, 59)
    assert Proposal.get().started_at is None
    jobs.run(at + HOUR, NAMES)
    assert Proposal.get().started_at == at + HOUR and Proposal.get().due_at == hours.add_open(at + HOUR, 48)
