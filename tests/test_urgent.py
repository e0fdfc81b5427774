"""What is urgent: half an hour before each cooperative, every day from 8 to 20, and who is on duty knows at once."""

from datetime import date, timedelta

import pytest
from acts import confirmed, now, proposed, said, slot
from cast import asked, make_cast, moment, referral_of

import jobs
from actions import answering, ending
from actions.moves import NotAllowed
from models import Coordination, DeskItem

pytestmark = pytest.mark.both_engines

FRIDAY = date(2026, 12, 4)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


SATURDAY_10, FRIDAY_1650 = moment(date(2026, 12, 5), "10:00"), moment(FRIDAY, "16:50")
SUNDAY_2130 = moment(date(2026, 12, 6), "21:30")


def urgent(cast, at, **wish):
    """For the day after, in the afternoon."""
    return asked(cast, at=at, on=(at + timedelta(days=1, hours=3)).date(), **wish)


@pytest.mark.parametrize("at_, due_at", [
    (SATURDAY_10, moment(date(2026, 12, 5), "10:30")),
    (SUNDAY_2130, moment(date(2026, 12, 7), "08:30")),          # 8 December is a holiday, the seventh is not
    (FRIDAY_1650, moment(FRIDAY, "17:20")),
], ids=["Saturday at ten", "Sunday night", "Friday at ten to five"])
def test_what_is_urgent_lies_half_an_hour_before_each_between_8_and_20(cast, at, at_, due_at):
    request = urgent(cast, at_)
    first = referral_of(request)
    assert request.urgent and first.due_at == due_at
    assert [message.hours for message in said("referral")] == ["urgent", "urgent"]
    duty = [message for message in said("told", channel="sms")]
    assert [(message.coordinator, message.says["why"]) for message in duty] == [(cast.paola, "urgent")]
    begins = max(at_, due_at - timedelta(minutes=30))
    for minutes in range(0, 32):
        jobs.run(begins + timedelta(minutes=minutes))
    assert now(first).state == "lapsed" and referral_of(request).cooperative == cast.quercia


def test_by_when_an_answer_comes_to_what_is_urgent_is_the_end_of_the_first_s_turn(cast, at):
    request = urgent(cast, SATURDAY_10)
    assert request.promised_at == moment(date(2026, 12, 5), "10:45")        # to the quarter
    jobs.run(SATURDAY_10)
    assert [message.state for message in said("request_received")] == ["sent"]


def test_what_is_urgent_and_nobody_s_is_called_about_by_who_is_on_duty(cast, at):
    request = urgent(cast, SATURDAY_10)
    for operator in (cast.marta, cast.luca):
        answering.decline(referral_of(request), operator, "full", at=SATURDAY_10)
    item = DeskItem.get(DeskItem.kind == "unassigned")
    assert item.call_at == SATURDAY_10 and said("nobody_yet")[0].says["call_at"] == item.call_at.isoformat()
    assert [message.says["why"] for message in said("told", channel="sms")] == ["urgent", "unassigned"]


def test_no_call_is_promised_that_could_only_come_after_the_start(cast, at):
    Coordination.update(on_duty=False).execute()
    request = urgent(cast, SATURDAY_10)
    for operator in (cast.marta, cast.luca):
        answering.decline(referral_of(request), operator, "full", at=SATURDAY_10)
    assert DeskItem.get(DeskItem.kind == "unassigned").call_at is None
    said_to = said("nobody_yet")[0].says
    assert said_to["call_at"] is None and said_to["reads_at"] == moment(date(2026, 12, 7), "08:30").isoformat()
    assert not said("told", channel="sms")


def test_what_is_urgent_is_confirmed_at_once_and_not_taken_back(cast, at):
    request = urgent(cast, SATURDAY_10)
    [visit] = confirmed(cast, request, at=SATURDAY_10)
    jobs.run(SATURDAY_10)
    assert [(message.hours, message.state) for message in said("confirmed")] == [("urgent", "sent")]
    with pytest.raises(NotAllowed):
        answering.undo(visit, cast.marta, at=SATURDAY_10)


def test_a_proposal_about_what_is_urgent_waits_until_two_hours_before_or_four_hours(cast, at):
    request = urgent(cast, SATURDAY_10)
    sunday = date(2026, 12, 6)
    near = proposed(cast, request, slot(sunday, "15:00", "17:00"), at=SATURDAY_10)
    assert near.due_at == SATURDAY_10 + timedelta(hours=4)
    nearer = proposed(cast, request, slot(date(2026, 12, 5), "14:00", "16:00"), at=SATURDAY_10)
    assert nearer.due_at == moment(date(2026, 12, 5), "12:00")


def test_what_is_given_back_long_after_the_answer_that_was_wanted_is_not_urgent_for_that(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 22), answer_by=moment(FRIDAY, "12:00"))
    [visit] = confirmed(cast, request, at=at)
    ending.give_back(visit, cast.marta, "other", at=moment(date(2026, 12, 9), "10:00"))
    assert (now(request).urgent, now(request).answer_by) == (False, None)
