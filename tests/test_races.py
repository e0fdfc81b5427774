"""Real processes at once: nobody is promised to two places, no euro is spent twice, and of two answers one wins."""

from collections import Counter
from datetime import date, timedelta

import pytest
from acts import agreed, proposed, slot
from cast import asked, make_cast, moment, referral_of
from races import dealt, people

from models import Allowance, Appointment, Event, Message, Operator, Project, Proposal, Referral, ServiceRequest

pytestmark = pytest.mark.both_engines

FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 14)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def money_adds_up():
    """What is reserved is what planned visits and waiting proposals hold, of each person and in all, under the ceilings."""
    planned = Counter(), Counter()
    for visit in Appointment.select().where(Appointment.state == "planned"):
        planned[0][visit.request.employee_id] += visit.project_cents
    for proposal in Proposal.select().where(Proposal.state == "waiting"):
        planned[1][proposal.request.employee_id] += sum(proposal.held.values())
    held = planned[0] + planned[1]
    of_people = Counter()
    for row in Allowance.select():
        assert 0 <= row.reserved_cents + row.spent_cents <= row.limit_cents, row.__data__
        if row.employee_id:
            of_people[row.employee_id] += row.reserved_cents
        else:
            assert row.reserved_cents == held.total(), (row.reserved_cents, planned)
    assert +of_people == +held, (of_people, planned)


def nobody_in_two_places():
    """No two planned visits of one worker overlap."""
    visits = list(Appointment.select().where(Appointment.state == "planned", Appointment.worker.is_null(False)))
    both = [(a.id, b.id) for a in visits for b in visits if a.id < b.id and a.worker_id == b.worker_id
            and a.starts_at < b.ends_at and b.starts_at < a.ends_at]
    assert not both, both


# ---------------------------------------------------------------- one worker

def test_a_hundred_confirmations_at_once_send_one_worker_to_one_place(cast, at, at_once):
    lines = []
    for n, person in enumerate(people(cast, at, 100)):
        request = asked(cast, at=at, employee=person, begins=f"15:{n % 60:02}", ends="18:00")
        lines.append(["confirm", referral_of(request).id, cast.marta.id])
    became = at_once(*dealt(lines, 10))
    assert became == {("confirm", "done"): 1, ("confirm", "Busy"): 99}
    assert Appointment.select().count() == 1
    assert ServiceRequest.select().where(ServiceRequest.state == "agreed").count() == 1
    assert Referral.select().where(Referral.state == "waiting").count() == 99
    assert Event.select().where(Event.verb == "plan").count() == 1
    money_adds_up()


def test_proposals_and_confirmations_at_once_promise_a_worker_to_one_person(cast, at, at_once):
    friday = slot(FRIDAY, "15:30", "17:00")
    lines = []
    for n, person in enumerate(people(cast, at, 20)):
        referral = referral_of(asked(cast, at=at, employee=person))
        lines.append(["confirm", referral.id, cast.marta.id] if n % 2 else
                     ["propose", referral.id, cast.marta.id, friday.starts_at.isoformat(), friday.ends_at.isoformat()])
    became = at_once(*dealt(lines, 4))
    assert sum(count for (_verb, outcome), count in became.items() if outcome == "done") == 1, became
    assert Appointment.select().count() + Proposal.select().count() == 1
    money_adds_up()


def test_proposing_again_and_confirming_with_the_same_worker_never_lock_each_other_out(cast, at, at_once):
    first, second = people(cast, at, 2)
    again = referral_of(asked(cast, at=at, employee=first, on=MONDAY)).id
    begins = [moment(MONDAY, clock) for clock in ("09:00", "11:00", "13:00", "15:00")]
    lists = [["propose", again, cast.marta.id, start.isoformat(), (start + timedelta(hours=2)).isoformat()]
             for start in begins * 5]
    others = [["confirm", referral_of(asked(cast, at=at, employee=second, on=date(2027, 1, day))).id, cast.marta.id]
              for day in range(11, 30)]
    became = at_once(lists, others)
    assert became == {("propose", "done"): 20, ("confirm", "done"): len(others)}
    assert Proposal.select().where(Proposal.state == "waiting").count() == 1
    nobody_in_two_places()
    money_adds_up()


# ---------------------------------------------------------------- one proposal

def test_one_proposal_accepted_by_many_at_once_is_one_visit(cast, at, at_once):
    waits = proposed(cast, asked(cast, at=at), slot(FRIDAY, "16:00", "18:00"), cast.marta, at=at)
    became = at_once(*[[["accept", waits.id]] * 3] * 6)
    assert became == {("accept", "done"): 1, ("accept", "NotAllowed"): 17}
    assert Appointment.select().count() == 1
    assert Message.select().where(Message.kind == "confirmed").count() == 1
    money_adds_up()


OTHERS = {
    "lapse": lambda cast, waits: ["lapse", waits.id],
    "decline": lambda cast, waits: ["decline", waits.id],
    "counter": lambda cast, waits: ["counter", waits.id, (waits.starts_at + timedelta(hours=3)).isoformat()],
    "propose": lambda cast, waits: ["propose", waits.referral_id, cast.marta.id, waits.starts_at.isoformat(),
                                    (waits.ends_at + timedelta(hours=1)).isoformat()],
    "confirm": lambda cast, waits: ["confirm", waits.referral_id, cast.anna.id],
    "put_by_desk": lambda cast, waits: ["put_by_desk", waits.request_id, cast.quercia.id, cast.paola.id],
}


@pytest.mark.parametrize("verb", OTHERS)
def test_of_a_yes_and_something_else_at_once_exactly_one_wins(cast, at, at_once, verb):
    waiting = []
    for day in range(14, 24):
        request = asked(cast, at=at, on=date(2027, 1, day), service=cast.bs)
        when = slot(date(2027, 1, day), "09:00", "11:00")
        waiting.append(proposed(cast, request, when, cast.marta, at=at))
    became = at_once([["accept", waits.id] for waits in waiting], [OTHERS[verb](cast, waits) for waits in waiting])
    assert became["accept", "done"] + became[verb, "done"] == 10, became
    assert became["accept", "NotAllowed"] + became[verb, "NotAllowed"] == 10, became
    assert Proposal.select().where(Proposal.state == "accepted").count() == became["accept", "done"]
    agreed_now = ServiceRequest.select().where(ServiceRequest.state == "agreed").count()
    assert agreed_now == Appointment.select().where(Appointment.state == "planned").count()
    nobody_in_two_places()
    money_adds_up()


def test_a_yes_and_a_cancellation_at_once_leave_nothing_planned(cast, at, at_once):
    waiting = [proposed(cast, asked(cast, at=at, on=date(2027, 1, day)), slot(date(2027, 1, day), "09:00", "11:00"),
                        cast.marta, at=at) for day in range(14, 24)]
    became = at_once([["accept", waits.id] for waits in waiting],
                     [["cancel", waits.request_id] for waits in waiting])
    assert became["cancel", "done"] == 10, became       # before or after the yes: she said so
    assert not Appointment.select().where(Appointment.state == "planned").exists()
    assert not Referral.select().where(Referral.state.in_(Referral.LIVE)).exists()
    money_adds_up()


# ---------------------------------------------------------------- one euro

def twenty_euros_each(cast, at, persons):
    """One request of 40 euro each, half of it the project's, on days of their own; shown while there was room."""
    return [asked(cast, at=at, employee=person, service=cast.ad, on=MONDAY + timedelta(days=n), begins="15:00", ends="17:00")
            for n, person in enumerate(persons)]


@pytest.fixture
def forty(cast):
    """Two hours of home care cost forty euro."""
    type(cast.ad).update(price_cents=2000).where(type(cast.ad).id == cast.ad.id).execute()
    cast.ad = type(cast.ad).get_by_id(cast.ad.id)
    return cast


def ceiling(cast, **cents):
    Project.update(cents).where(Project.id == cast.project.id).execute()


def test_ten_confirmations_at_once_never_spend_a_person_s_euro_twice(forty, at, at_once):
    ceiling(forty, person_year_cents=3000)
    requests = twenty_euros_each(forty, at, [forty.gianni] * 10)
    became = at_once(*dealt([["confirm", referral_of(request).id, forty.marta.id] for request in requests], 5))
    assert became == {("confirm", "done"): 1, ("confirm", "SharesChanged"): 9}
    assert Allowance.get(Allowance.employee == forty.gianni).reserved_cents == 2000
    money_adds_up()


def test_ten_people_confirmed_at_once_never_spend_the_project_s_euro_twice(forty, at, at_once):
    ceiling(forty, grant_max_cents=3000)
    requests = twenty_euros_each(forty, at, people(forty, at, 10))
    became = at_once(*dealt([["confirm", referral_of(request).id, forty.marta.id] for request in requests], 5))
    assert became == {("confirm", "done"): 1, ("confirm", "SharesChanged"): 9}
    money_adds_up()


def test_ten_proposals_and_then_ten_yesses_at_once_never_spend_the_same_euro(forty, at, at_once):
    ceiling(forty, person_year_cents=3000)
    lines = []
    for request in twenty_euros_each(forty, at, [forty.gianni] * 10):
        lines.append(["propose", referral_of(request).id, forty.marta.id, request.starts_at.isoformat(),
                      request.ends_at.isoformat()])
    became = at_once(*dealt(lines, 5))
    assert became["propose", "done"] + became["propose", "SharesChanged"] == 10, became
    money_adds_up()
    waiting = list(Proposal.select().where(Proposal.state == "waiting"))
    assert sum(waits.project_cents for waits in waiting) <= 3000
    assert at_once(*dealt([["accept", waits.id] for waits in waiting], 5)) == {("accept", "done"): len(waiting)}
    money_adds_up()


def test_a_visit_marked_by_many_at_once_is_spent_once(cast, at, at_once, app):
    request, [visit] = agreed(cast, at)
    Appointment.update(starts_at=at - timedelta(hours=2), ends_at=at).where(Appointment.id == visit.id).execute()
    became = at_once(*[[["deliver", visit.id, operator.id]] * 3 for operator in Operator.select().limit(4)])
    assert became == {("deliver", "done"): 1, ("deliver", "NotAllowed"): 11}
    assert [row.spent_cents for row in Allowance.select()] == [3300, 3300]
    money_adds_up()
