"""Facts: one line per closed request and per marked occurrence, written once, holding nobody; needs nothing covered."""

from datetime import timedelta

import pytest
from acts import agreed, now
from cast import asked, booked, day_space, make_cast, opening_of, public_service, referral_of

from actions import answering, asking, delivering, ending, forgetting, openings, rating, recording, signposting
from actions.moves import Actor
from jobs.close import close
from jobs.turns import turns
from models import Employee, Fact, Head, ServiceRequest, Unmet

pytestmark = pytest.mark.both_engines

WEEK = timedelta(days=7)
MONEY = ("price_cents", "project_cents", "company_cents", "worker_cents", "vat_cents")


@pytest.fixture
def cast(app, at):
    """Everybody."""
    return make_cast(at - timedelta(days=2))


def facts(kind):
    """The facts of a kind, in order."""
    return list(Fact.select().where(Fact.kind == kind).order_by(Fact.id))


def test_a_delivered_visit_is_a_fact_with_hours_money_score_and_nobody(cast, at):
    request, [visit] = agreed(cast, at, employee=cast.sara)
    rating.say_about_oneself(cast.sara, gender="f", age_band="30-44", at=at)
    delivering.deliver(visit, cast.marta, at=visit.ends_at)
    rating.rate(now(visit), 4, by=Actor("employee", cast.sara.id), at=visit.ends_at)
    close(visit.ends_at + WEEK)
    [fact] = facts("occurrence")
    assert (fact.outcome, fact.minutes, fact.units, fact.score) == ("delivered", 180, 0, 4)
    assert [getattr(fact, name) for name in MONEY] == [getattr(now(visit), name) for name in MONEY]
    assert (fact.cooperative, fact.size_class, fact.gender, fact.age_band) == (cast.melograno, "10-49", "f", "30-44")
    assert (fact.need, fact.mode, fact.municipality, fact.ambito) == ("figli", "appuntamento", cast.romano, "Romano di Lombardia")
    [ended] = facts("request")
    assert (ended.outcome, ended.answer_minutes, ended.price_cents, ended.head) == ("delivered", 0, 0, fact.head)


def test_a_fact_is_written_once_however_often_the_job_runs(cast, at):
    _request, [visit] = agreed(cast, at)
    delivering.deliver(visit, cast.marta, at=visit.ends_at)
    for hours in range(3):
        close(visit.ends_at + WEEK + timedelta(hours=hours))
    assert (len(facts("occurrence")), len(facts("request"))) == (1, 1)


def test_what_closed_before_there_were_facts_is_written_once(cast, at):
    request = asked(cast, at=at)
    ending.cancel(request, by=Actor("employee", cast.gianni.id), at=at)
    Fact.delete().execute()
    ServiceRequest.update(settled_at=None).execute()     # as it was
    close(at)
    close(at)
    [fact] = facts("request")
    assert fact.outcome == "cancelled_by_employee"


@pytest.mark.parametrize("end", ["cancel", "lapse", "desk", "signpost"])
def test_every_way_of_ending_writes_its_fact_at_once(cast, at, end):
    gianni = Actor("employee", cast.gianni.id)
    if end == "signpost":
        signposting.signpost(cast.gianni, public_service(), cast.romano, when="mattina", ask_key="k", at=at)
    else:
        request = asked(cast, at=at)
        {"cancel": lambda: ending.cancel(request, by=gianni, at=at),
         "lapse": lambda: ending.lapse(request, at=request.starts_at),
         "desk": lambda: ending.close(request, "duplicate", "due volte", by=Actor("coordinator", 1), at=at)}[end]()
    [fact] = facts("request")
    assert fact.outcome == ServiceRequest.get().outcome and fact.key == "service_request:1"


def test_the_time_to_an_answer_is_until_a_cooperative_took_it(cast, at):
    request = asked(cast, at=at)
    answering.decline(referral_of(request), cast.marta, "full", at=at + timedelta(minutes=10))
    answering.take(referral_of(request), cast.luca, at=at + timedelta(minutes=95))
    ending.cancel(request, by=Actor("employee", cast.gianni.id), at=at + timedelta(hours=4))
    assert facts("request")[0].answer_minutes == 95


def test_why_nobody_came_is_a_closed_word_and_the_desks_words_are_not_kept(cast, at):
    request = asked(cast, at=at, service=cast.ad)
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    ending.close(request, "unfilled", "la signora Rossi ha preferito la nipote", by=Actor("coordinator", 1), at=at)
    ending.cancel(asked(cast, at=at), by=Actor("employee", cast.gianni.id), at=at, reason="ill")
    late = asked(cast, at=at)
    ending.lapse(late, at=late.starts_at)
    assert [fact.reason for fact in facts("request")] == ["full", "ill", "no_answer"]


def test_one_person_is_one_head_in_a_project(cast, at):
    for ref in range(2):
        ending.cancel(asked(cast, at=at), by=Actor("employee", cast.gianni.id), at=at)
    ending.cancel(asked(cast, at=at, employee=cast.teresa), by=Actor("employee", cast.teresa.id), at=at)
    first, second, third = (fact.head for fact in facts("request"))
    assert first == second != third and len(first) == 16


# ---------------------------------------------------------------- forgetting

def test_facts_outlive_the_person_and_nobody_can_tell_whose_they_are(cast, at):
    _request, [visit] = agreed(cast, at)
    delivering.deliver(visit, cast.marta, at=visit.ends_at)
    later = visit.ends_at + timedelta(hours=1)      # the week for objections is not over
    forgetting.erase(cast.gianni, by=Actor("employee", cast.gianni.id), at=later)
    [fact] = facts("occurrence")
    assert fact.minutes == 180 and fact.head and not Head.select().exists()
    close(later + WEEK)
    assert facts("request")[0].outcome == "delivered" and len(facts("occurrence")) == 1
    assert facts("request")[0].head is None, "whose it was is forgotten by then"
    person = Employee.get_by_id(cast.gianni.id)
    assert (person.gender, person.age_band, person.news_at) == (None, None, None)


def test_no_column_of_a_fact_or_of_a_need_leads_to_a_person():
    for model in (Fact, Unmet):
        led_to = {field.rel_model.__name__ for field in model._meta.refs}
        assert led_to <= {"Project", "Service", "Municipality", "Cooperative"}, model


def test_erasing_gives_back_places_and_interest(cast, at):
    from actions import ideas
    from models import Interest, Opening
    opening = opening_of(cast, minimum=1)
    booked(cast, opening, at=at)
    draft = openings.Draft.of(opening).later(7)
    idea = ideas.publish(draft, cast.project, cast.paola, at=at)
    ideas.be_interested(idea, cast.gianni, 1, at=at)
    forgetting.erase(cast.gianni, by=Actor("employee", cast.gianni.id), at=at)
    assert Opening.get_by_id(opening.id).taken == 0 and not Interest.select().exists()
    assert facts("request")[0].outcome == "cancelled_by_employee"


def test_heads_go_when_their_project_has_ended(cast, at):
    from jobs.forget import forget
    recording.head_of(cast.gianni, cast.project)
    ends = at + timedelta(days=400)
    forget(ends)
    assert Head.select().count() == 1
    forget(ends + timedelta(days=32))
    assert Head.select().count() == 0


# ---------------------------------------------------------------- unmet needs

def test_what_no_coverage_reaches_is_a_need_once(cast, at):
    for _ in range(2):
        asking.uncovered(cast.gianni, cast.bs, cast.isso, at=at)
    [unmet] = Unmet.select()
    assert (unmet.why, unmet.service, unmet.municipality, unmet.need) == ("not_covered", cast.bs, cast.isso, "figli")


@pytest.mark.parametrize(("outcome", "noted"), [("unfilled", 1), ("duplicate", 0), ("signposted", 0)])
def test_a_request_unfilled_is_a_need_and_a_duplicate_is_not(cast, at, outcome, noted):
    ending.close(asked(cast, at=at), outcome, "perché sì", by=Actor("coordinator", 1), at=at)
    assert Unmet.select().count() == noted


def test_a_request_nobody_confirmed_before_its_start_is_a_need(cast, at):
    request = asked(cast, at=at)
    ending.lapse(request, at=request.starts_at)
    assert Unmet.get().why == "unfilled"


def test_each_request_of_an_opening_that_failed_is_a_need_with_its_units(cast, at):
    opening = opening_of(cast, minimum=5, service=day_space())
    booked(cast, opening, units=2, at=at)
    booked(cast, opening, cast.teresa, at=at)
    turns(opening.closes_at)
    assert sorted(row.units for row in Unmet.select()) == [1, 2]
    assert {row.outcome for row in facts("request")} == {"group_not_reached"}
