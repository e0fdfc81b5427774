"""Money: what the project may still pay is reserved, spent and freed to the cent, by person and year, and never twice."""

import threading
import time
from datetime import date, timedelta

import pytest
from acts import agreed, confirmed, gianni, now, proposed, reserved, said, slot, spent
from cast import asked, make_cast, referral_of

from actions import agreeing, answering, asking, delivering, ending, forgetting, planning, putting
from actions.moves import NotAllowed
from models import Allowance, Appointment, Company, Message, Project, Proposal, db
from rules.recurrence import Weekly

pytestmark = pytest.mark.both_engines

FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 14)


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def ceiling(cast, **cents):
    """The project's ceilings: person_year_cents, grant_max_cents."""
    Project.update(cents).where(Project.id == cast.project.id).execute()


def weekly(cast, at, times, **more):
    return asked(cast, at=at, on=MONDAY, weekly=Weekly((1,), times=times), **more)


# ---------------------------------------------------------------- shown, kept, spent

def test_the_parts_of_each_visit_sum_to_its_price_and_to_what_was_shown(cast, at):
    ceiling(cast, person_year_cents=7_777)
    request = weekly(cast, at, 4, employee=cast.sara)
    visits = confirmed(cast, request, at=at)
    assert planning.total([planning.Visit(v.starts_at, v.ends_at, planning.money_of(v)) for v in visits]) == (
        request.price_cents, request.project_cents, request.company_cents, request.worker_cents)
    assert all(v.project_cents + v.company_cents + v.worker_cents == v.price_cents for v in visits)


def test_a_ceiling_reached_within_a_series_leaves_the_rest_to_the_person(cast, at):
    ceiling(cast, person_year_cents=8_000)
    visits = confirmed(cast, weekly(cast, at, 3), at=at)                # 66 euro each, half of it the project's
    assert [(v.project_cents, v.worker_cents) for v in visits] == [(3300, 3300), (3300, 3300), (1400, 5200)]
    assert reserved(cast.gianni) == {2026: 8000}


def test_a_series_over_new_year_is_paid_out_of_both_years(cast, at):
    ceiling(cast, person_year_cents=5_000)
    visits = confirmed(cast, weekly(cast, at, 5), at=at)                # 14, 21, 28 December, 4, 11 January
    assert [v.project_cents for v in visits] == [3300, 1700, 0, 3300, 1700]
    assert (reserved(cast.gianni), reserved()) == ({2026: 5000, 2027: 5000}, {None: 10000})


def test_new_year_s_eve_after_eleven_is_still_the_old_year_s(cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 31), begins="23:30", ends="23:59")
    confirmed(cast, request, at=at)
    assert set(reserved(cast.gianni)) == {2026}


def test_the_project_s_own_budget_is_a_ceiling_too(cast, at):
    ceiling(cast, grant_max_cents=4_000)
    agreed(cast, at)
    request, [visit] = agreed(cast, at, employee=cast.teresa, on=MONDAY)
    assert (visit.project_cents, visit.company_cents, visit.worker_cents) == (700, 1320, 4580)
    assert reserved() == {None: 4000}


def test_a_firm_under_ten_pays_no_share_and_one_of_ten_does(cast, at):
    Company.update(share_percent=20).execute()
    request, [visit] = agreed(cast, at)
    assert visit.company_cents == 0
    Company.update(declared=10).where(Company.id == cast.firm.id).execute()
    request, [visit] = agreed(cast, at, on=MONDAY, employee=now(cast.gianni))
    assert visit.company_cents == 1320


def test_delivered_is_spent_and_called_off_is_free_again(cast, at):
    request, visits = agreed(cast, at, on=MONDAY, weekly=Weekly((1,), times=4))
    delivering.deliver(visits[0], cast.marta, at=visits[0].ends_at)
    ending.cancel_visit(visits[1], by=gianni(cast), at=visits[0].ends_at)
    assert (reserved(cast.gianni), spent(cast.gianni)) == ({2026: 3300, 2027: 3300}, {2026: 3300, 2027: 0})
    assert (reserved(), spent()) == ({None: 6600}, {None: 3300})


def test_a_late_cancellation_frees_the_project_s_money_too(cast, at):
    request, [visit] = agreed(cast, at)
    ending.cancel(now(request), by=gianni(cast), at=visit.starts_at - timedelta(hours=1))
    assert now(visit).cancelled_late and reserved(cast.gianni) == {2026: 0}


def test_what_was_spent_stays_under_the_ceiling_for_the_rest_of_the_year(cast, at):
    ceiling(cast, person_year_cents=3_300)
    request, [visit] = agreed(cast, at)
    delivering.deliver(visit, cast.marta, at=visit.ends_at)
    when = slot(MONDAY, "15:00", "18:00")
    wish = asking.Wish(cast.bs, cast.romano, when.starts_at, when.ends_at)
    assert asking.quote(wish, cast.gianni, at=visit.ends_at).total == (6600, 0, 0, 6600)


def test_delivering_twice_spends_once(cast, at):
    request, [visit] = agreed(cast, at)
    assert delivering.deliver_day([visit, visit], cast.marta, at=visit.ends_at) == 1
    assert (reserved(cast.gianni), spent(cast.gianni)) == ({2026: 0}, {2026: 3300})


# ---------------------------------------------------------------- the same euro shown to two

def test_of_two_requests_shown_the_same_euro_the_first_confirmed_has_it(cast, at):
    ceiling(cast, person_year_cents=3_300)
    first, second = asked(cast, at=at), asked(cast, at=at, on=MONDAY)
    assert first.worker_cents == second.worker_cents == 3300
    confirmed(cast, first, at=at)
    with pytest.raises(planning.SharesChanged) as changed:
        confirmed(cast, second, at=at)
    assert changed.value.shares == (6600, 0, 0, 6600)
    assert (now(second).state, now(referral_of(second)).state) == ("open", "waiting")
    assert Appointment.select().count() == 1 and reserved(cast.gianni) == {2026: 3300}


def test_a_proposal_then_says_the_new_figures_and_a_yes_agrees_to_them(cast, at):
    ceiling(cast, person_year_cents=3_300)
    first, second = asked(cast, at=at), asked(cast, at=at, on=MONDAY)
    confirmed(cast, first, at=at)
    waits = proposed(cast, second, slot(MONDAY, "15:00", "18:00"), cast.marta, at=at)
    assert (waits.price_cents, waits.project_cents, waits.worker_cents) == (6600, 0, 6600)
    [visit] = agreeing.accept(waits, by=gianni(cast), at=at)
    assert visit.worker_cents == 6600 and len(said("proposal")) == 1


def test_the_same_euro_of_the_project_s_budget_goes_to_the_first_of_two_people(cast, at):
    ceiling(cast, grant_max_cents=3_300)
    first, second = asked(cast, at=at), asked(cast, at=at, employee=cast.teresa, on=MONDAY)
    confirmed(cast, first, at=at)
    with pytest.raises(planning.SharesChanged):
        confirmed(cast, second, at=at)


def test_who_would_pay_less_than_was_shown_needs_to_be_asked_nothing(cast, at):
    ceiling(cast, person_year_cents=3_300)
    first, _ = agreed(cast, at)
    second = asked(cast, at=at, on=MONDAY)
    ending.cancel(now(first), by=gianni(cast), at=at)
    [visit] = confirmed(cast, second, at=at)
    assert (second.worker_cents, visit.worker_cents) == (6600, 3300)


def test_a_waiting_proposal_counts_against_the_ceiling_like_a_planned_visit(cast, at):
    ceiling(cast, person_year_cents=3_300)
    first, second = asked(cast, at=at), asked(cast, at=at, on=MONDAY)
    waits = proposed(cast, first, slot(FRIDAY, "16:00", "19:00"), at=at)
    with pytest.raises(planning.SharesChanged):
        confirmed(cast, second, at=at)
    agreeing.decline(waits, by=gianni(cast), at=at)
    assert confirmed(cast, second, at=at)


def test_a_proposal_instead_of_another_may_use_the_money_that_one_held(cast, at):
    ceiling(cast, person_year_cents=3_300)
    request = asked(cast, at=at)
    for begins in ("16:00", "17:00"):
        waits = proposed(cast, request, slot(FRIDAY, begins, "19:00"), at=at)
    assert waits.project_cents == 2200 and reserved(cast.gianni) == {2026: 2200}
    assert Proposal.select().where(Proposal.state == "waiting").count() == 1


def test_a_person_who_pays_more_for_the_other_time_is_asked_again(cast, at):
    ceiling(cast, person_year_cents=3_300)
    request, other = asked(cast, at=at), asked(cast, at=at, on=MONDAY)
    waits = proposed(cast, request, slot(FRIDAY, "16:00", "19:00"), at=at)
    agreeing.counter(waits, slot(FRIDAY, "10:00", "13:00").starts_at, by=gianni(cast), at=at)
    confirmed(cast, other, at=at)
    with pytest.raises(planning.SharesChanged):
        agreeing.agree_to_counter(waits, cast.marta, cast.marta, at=at)
    assert now(waits).state == "countered"
    again = proposed(cast, request, slot(FRIDAY, "10:00", "13:00"), at=at)
    assert again.worker_cents == 6600 and agreeing.accept(again, by=gianni(cast), at=at)


def test_no_money_at_all_reserves_no_row(cast, at):
    ceiling(cast, person_year_cents=0)
    agreed(cast, at)
    assert not Allowance.select().where(Allowance.reserved_cents > 0).exists()


def test_nobody_pays_for_a_colleague_s_use(cast, at):
    ceiling(cast, person_year_cents=3_300)
    agreed(cast, at, employee=cast.sara)
    request, [visit] = agreed(cast, at, employee=cast.teresa, on=MONDAY)
    assert visit.project_cents == 3300 and reserved(cast.sara) == {2026: 3300}


# ---------------------------------------------------------------- two at once wait for each other in one order

@pytest.fixture
def at_once(app, monkeypatch):
    """Say two verbs side by side, the second while the first is where it calls `module.name`; what went wrong."""
    def say(first, second, module, name):
        there, wrong, original = threading.Event(), [], getattr(module, name)

        def slowly(*args, **kwargs):
            answer = original(*args, **kwargs)
            there.set()
            time.sleep(0.5)
            return answer

        def alone(verb):
            with app.app_context():
                try:
                    verb()
                except Exception as error:
                    wrong.append(error)
                finally:
                    db.close()

        monkeypatch.setattr(module, name, slowly)
        threads = [threading.Thread(target=alone, args=(verb,)) for verb in (first, second)]
        threads[0].start()
        assert there.wait(10)
        threads[1].start()
        for thread in threads:
            thread.join(30)
        return wrong
    return say


def later_confirmed(cast, request, at):
    """Says that Marta confirms it, with rows read before."""
    referral, marta = referral_of(request), now(cast.marta)
    return lambda: answering.confirm(referral, marta, marta, at=at)


def test_calling_off_a_series_over_new_year_and_a_yes_in_the_new_year_both_happen(cast, at, at_once):
    series, other = weekly(cast, at, 5), asked(cast, at=at, on=date(2027, 1, 14))
    confirmed(cast, series, cast.anna, at=at)
    wrong = at_once(lambda: ending.cancel(series, by=gianni(cast), at=at), later_confirmed(cast, other, at),
                    planning, "cancel")
    assert not wrong and reserved(cast.gianni) == {2026: 0, 2027: 3300}


def test_forgetting_a_person_and_a_yes_to_another_request_of_hers_do_not_lock_each_other_out(cast, at, at_once):
    other, first = asked(cast, at=at), asked(cast, at=at + timedelta(seconds=1), on=MONDAY)
    confirmed(cast, first, cast.anna, at=at)
    Message.update(state="sent", sent_at=at).execute()
    wrong = at_once(lambda: forgetting.erase(cast.gianni, by=gianni(cast), at=at), later_confirmed(cast, other, at),
                    forgetting, "_cancel")
    assert [type(error) for error in wrong] == [NotAllowed] and reserved() == {None: 0}


def test_a_limit_that_starts_and_a_cooperative_that_takes_it_at_that_moment_both_happen(cast, at, at_once):
    request = asked(cast, at=at, on=date(2026, 12, 3))
    later = at + timedelta(minutes=50)              # so late that the promise moves with it
    Message.update(state="sent", sent_at=later).execute()
    referral, marta = referral_of(request), now(cast.marta)
    wrong = at_once(lambda: putting.start(now(referral), at=later), lambda: answering.take(referral, marta, at=later),
                    putting, "note")
    assert not wrong and now(referral).state == "taken"
