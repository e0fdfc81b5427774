"""An operator leaves: nothing opens any more, visits are the cooperative's again, and what nobody would answer goes on."""

from datetime import date, timedelta

import pytest
from cast import asked, follow, link_for, make_cast, moment, referral_of, trust, trusted_device
from conftest import AT
from test_events import noted
from test_everybody import SIZES, wrong_with

import jobs
import wording
from actions import agreeing, answering, delivering, ending, leaving, needs, planning, trusting
from actions.moves import Actor, NotAllowed
from actions.outbox import queue
from models import (
    Coordination, Coordinator, Device, Employee, Event, Message, Operator, Phone, Proposal, Referral,
)
from questions.work import unmarked


@pytest.fixture
def cast(at, app):
    """The usual people."""
    return make_cast(AT)


def visit_of(cast, worker, at=AT, service=None, **when):
    """A visit that Marta confirmed, and who goes."""
    referral = referral_of(asked(cast, at=at, service=service, **when))
    return answering.confirm(referral, cast.marta, worker, at=at)[0]


def now(row):
    """The row as it is now."""
    return type(row).get_by_id(row.id)


def leave(cast, operator, at=AT):
    """Paola says that somebody no longer works there."""
    leaving.leave(operator, by=Actor("coordinator", cast.paola.id), at=at)


def told(why):
    """The mails to coordinators for this reason."""
    return [mail for mail in Message.select().where(Message.kind == "told") if mail.says["why"] == why]


# ---------------------------------------------------------------- shut out

def test_who_leaves_finds_every_door_shut_at_once(client, cast, at):
    trust(client, cast.bruno, at=at)
    links = [link_for(purpose, at=at, operator=cast.bruno) for purpose in ("operator", "calendar")]
    trusting.send_code(cast.bruno, at=at)
    digits, feed = Message.get(Message.kind == "device_code").says["digits"], f"/calendar/{trusting.token_of(links[1])}.ics"
    assert [client.get(path).status_code for path in (f"/operatore/{cast.bruno.id}/", feed)] == [200, 200]

    leave(cast, cast.bruno)

    assert [client.get(path).status_code for path in (f"/operatore/{cast.bruno.id}/", feed)] == [403, 404]
    assert Device.get(Device.operator == cast.bruno).closed_at == at
    assert [now(link).revoked_at for link in links] == [at, at]
    with pytest.raises(trusting.WrongCode):
        trusting.enter_code(cast.bruno, digits, at=at)


def test_an_old_link_brings_nobody_back_who_left(client, cast, at):
    link = link_for("operator", at=at, operator=cast.bruno)
    leave(cast, cast.bruno)
    assert follow(client, link).request.path == f"/collegamento/{link.id}/"
    assert client.send(f"/collegamento/{link.id}/nuovo").status_code == 422
    assert not Message.select().where(Message.kind == "fresh_link").exists()


def test_a_colleague_s_devices_and_links_stay_open(cast, at):
    link, (device, _cookie) = link_for("operator", at=at, operator=cast.anna), trusted_device(cast.anna, at=at)
    leave(cast, cast.marta)
    assert now(link).revoked_at is None and now(device).closed_at is None


def test_nothing_more_is_said_to_who_left(cast, at):
    visit = visit_of(cast, cast.bruno)
    asked(cast, at=at)
    leave(cast, cast.marta)
    assert {(m.state, m.why) for m in Message.select().where(Message.operator == cast.marta)} == {("dropped", "left")}
    assert {m.state for m in Message.select().where(Message.operator == cast.anna)} == {"queued"}

    queue("day_list", cast.marta, at=at, worth=visit.starts_at, says={"on": "2026-12-04"})
    assert needs.needless(Message.get(Message.state == "queued", Message.operator == cast.marta), at) == "left"


def test_nobody_leaves_twice(cast, at):
    leave(cast, cast.bruno)
    with pytest.raises(NotAllowed) as late:
        leave(cast, cast.bruno, at=at + timedelta(hours=1))
    assert late.value.row.left_at == at


# ---------------------------------------------------------------- visits and proposals

def test_visits_ahead_are_the_cooperative_s_again_and_the_desk_hears_in_time(cast, at):
    visit = visit_of(cast, cast.bruno)
    leave(cast, cast.bruno)
    visit = now(visit)
    assert (visit.worker_id, visit.state, visit.sequence, visit.changed_at) == (None, "planned", 0, at)
    assert visit.decide_at == moment(date(2026, 12, 3), "12:00")
    event = Event.get(Event.subject == "appointment", Event.verb == "assign")
    assert (event.role, event.before, event.after) == ("coordinator", str(cast.bruno.id), "None")


def test_a_visit_that_has_begun_and_what_was_done_stay_who_went_s(cast, at):
    begun, done = visit_of(cast, cast.bruno), visit_of(cast, cast.bruno, begins="09:00", ends="11:00")
    delivering.deliver(done, cast.marta, at=done.ends_at)
    leave(cast, cast.bruno, at=begun.starts_at + timedelta(minutes=1))
    assert {now(begun).worker, now(done).worker} == {cast.bruno}
    assert not told("left")


def test_a_proposal_waits_on_without_who_would_have_gone(cast, at):
    request = asked(cast, at=at)
    slot = planning.Slot(moment(date(2026, 12, 4), "10:00"), moment(date(2026, 12, 4), "13:00"))
    agreeing.propose(referral_of(request), slot, cast.bruno, by=Actor("operator", cast.marta.id), at=at, operator=cast.marta)
    leave(cast, cast.bruno)
    proposal = Proposal.get()
    assert (proposal.state, proposal.worker_id) == ("waiting", None)
    [visit] = agreeing.accept(proposal, by=Actor("employee", cast.gianni.id), at=at)
    assert visit.worker_id is None and visit.decide_at


def test_each_project_hears_once_how_many_visits_have_nobody(cast, at):
    visit_of(cast, cast.bruno), visit_of(cast, cast.bruno, begins="09:00", ends="11:00")
    visit_of(cast, cast.anna, begins="11:30", ends="13:30")
    leave(cast, cast.bruno)
    [mail] = told("left")
    assert (mail.coordinator, mail.says["count"], mail.says["cooperative"]) == (cast.paola, 2, "Il Melograno")


def test_a_coordinator_of_two_projects_hears_of_both(cast, at):
    Coordination.create(coordinator=cast.paola, project=cast.elsewhere)
    mine, other = visit_of(cast, cast.bruno), visit_of(cast, cast.bruno, begins="09:00", ends="11:00")
    type(other.request).update(project=cast.elsewhere).where(type(other.request).id == other.request_id).execute()
    leave(cast, cast.bruno)
    assert {(mail.project, mail.coordinator) for mail in told("left")} == {
        (cast.project, cast.paola), (cast.elsewhere, cast.paola), (cast.elsewhere, cast.ugo)}
    assert now(mine).worker_id is None


def test_who_is_on_duty_hears_in_place_of_who_left(cast, at):
    visit = visit_of(cast, cast.marta)
    leave(cast, cast.marta)
    ending.cancel(visit.request, by=Actor("employee", cast.gianni.id), at=at)
    assert Message.get(Message.kind == "cancelled_by_employee").operator == cast.anna


def test_who_is_on_duty_is_asked_to_mark_the_visit_of_who_left(cast, at):
    visit = visit_of(cast, cast.marta)
    leave(cast, cast.marta)
    assert list(unmarked(visit.starts_at, visit.ends_at)) == [cast.anna]


# ---------------------------------------------------------------- who would answer

def last_of_melograno(cast):
    """Nobody but Marta answers at Il Melograno."""
    Operator.update(answers=False).where(Operator.id == cast.anna.id).execute()


def test_where_nobody_answers_any_more_what_waits_goes_to_the_next(cast, at):
    last_of_melograno(cast)
    waiting, taken = asked(cast, at=at), asked(cast, at=at, begins="09:00", ends="11:00")
    answering.take(referral_of(taken), cast.marta, at=at)
    leave(cast, cast.marta)
    for request in (waiting, taken):
        assert (referral_of(request).cooperative, referral_of(request).state) == (cast.quercia, "waiting")
        assert now(request).state == "open"
        assert Referral.get(Referral.request == request, Referral.cooperative == cast.melograno).state == "withdrawn"
    [paola_s] = [mail for mail in told("no_operators") if mail.coordinator == cast.paola]
    assert paola_s.says["cooperative"] == "Il Melograno"


def test_where_no_other_cooperative_goes_the_desk_has_it(cast, at):
    last_of_melograno(cast)
    request = asked(cast, at=at, service=cast.ad)
    leave(cast, cast.marta)
    assert [mail.request for mail in told("unassigned")] == [request]
    assert Message.get(Message.kind == "nobody_yet").employee == cast.gianni


def test_while_a_colleague_answers_nothing_moves_on(cast, at):
    request = asked(cast, at=at)
    leave(cast, cast.marta)
    assert (referral_of(request).cooperative, referral_of(request).state) == (cast.melograno, "waiting")
    assert not told("no_operators")


def test_what_the_person_has_to_answer_is_not_taken_away(cast, at):
    last_of_melograno(cast)
    request = asked(cast, at=at)
    slot = planning.Slot(moment(date(2026, 12, 4), "10:00"), moment(date(2026, 12, 4), "13:00"))
    agreeing.propose(referral_of(request), slot, None, by=Actor("operator", cast.marta.id), at=at, operator=cast.marta)
    leave(cast, cast.marta)
    assert (referral_of(request).cooperative, referral_of(request).state) == (cast.melograno, "taken")
    assert Proposal.get().state == "waiting"


def test_who_only_goes_leaves_no_request_behind(cast, at):
    request = asked(cast, at=at)
    Operator.update(answers=False).where(Operator.cooperative == cast.melograno).execute()
    leave(cast, cast.bruno)
    assert referral_of(request).cooperative == cast.melograno and not told("no_operators")


def test_when_the_last_goes_off_duty_the_coordinators_hear_it_once_a_day(cast, at):
    answering.be_on_duty(cast.marta, False, at=at)
    assert not told("no_operators")
    for hour in range(3):
        answering.be_on_duty(cast.anna, False, at=at + timedelta(hours=hour))
        answering.be_on_duty(cast.anna, True, at=at + timedelta(hours=hour))
    assert sorted(mail.coordinator.name for mail in told("no_operators")) == ["Paola", "Ugo"]
    answering.be_on_duty(cast.anna, False, at=at + timedelta(days=1))
    assert len(told("no_operators")) == 4


def test_a_cooperative_that_offers_nothing_is_missed_by_nobody(cast, at):
    leave(cast, cast.outsider)
    assert not told("no_operators")


@pytest.mark.both_engines
def test_leaving_leaves_its_trace_in_every_row_it_changes(cast, at):
    last_of_melograno(cast)
    asked(cast, at=at), visit_of(cast, cast.marta, begins="09:00", ends="11:00")
    with noted():
        leave(cast, cast.marta)
    assert Event.get(Event.verb == "leave").subject_id == cast.marta.id


def test_the_jobs_go_on_the_day_after_somebody_left(cast, at):
    visit = visit_of(cast, cast.marta)
    asked(cast, at=at)
    leave(cast, cast.marta)
    for moment_of in (at, visit.decide_at or at, moment(date(2026, 12, 3), "12:01"), moment(date(2026, 12, 3), "18:00"),
                      moment(date(2026, 12, 4), "18:30")):
        jobs.run(moment_of)
    assert [mail.request for mail in told("undecided")] == [visit.request]
    assert not Message.select().where(Message.operator == cast.marta, Message.state != "dropped").exists()


# ---------------------------------------------------------------- words

@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_mails_name_the_cooperative_and_no_person(cast, at, language, count):
    Coordinator.update(language=language).execute()
    for hour in range(9, 9 + 2 * count, 2):
        visit_of(cast, cast.bruno, begins=f"{hour:02}:00", ends=f"{hour + 2:02}:00")
    answering.be_on_duty(cast.anna, False, at=at), answering.be_on_duty(cast.marta, False, at=at)
    leave(cast, cast.bruno)
    for mail in told("left")[:1] + told("no_operators")[:1]:
        words = wording.words_for(mail)
        for text in (words.text, words.html):
            assert "Il Melograno" in text and "/l/" in text and "None" not in text
            assert not [name for name in _secrets() if name in text]
        assert words.subject.split(":")[0] in ("FAM", "ALT")
    said = wording.words_for(told("left")[0]).text
    assert {1: {"it": "una visita confermata non ha", "en": "one confirmed visit has"},
            3: {"it": "3 visite confermate non hanno", "en": "3 confirmed visits have"}}[count][language] in said


def _secrets():
    return ([row.name for row in Operator.select()] + [row.first_name for row in Employee.select()]
            + [row.number[3:] for row in Phone.select()])


# ---------------------------------------------------------------- the desk's page

@pytest.fixture
def paola(client, cast, at):
    """Paola's trusted browser."""
    trust(client, cast.paola, at=at)
    client.base = f"/banco/{cast.paola.id}/cooperative/"
    return client


def test_the_page_shows_the_cooperatives_of_ones_projects_and_who_works_there(paola, cast):
    page = paola.get(paola.base).text
    assert "<h1>Cooperative e operatori</h1>" in page
    assert page.index("Il Melograno") < page.index("La Quercia") and "La Lontana" not in page
    for name in ("Anna", "Bruno", "Marta", "Luca", "Elena"):
        assert f"<b>{name}</b>" in page
    assert 'href="tel:0350000001"' in page and "+39333" not in page
    assert 'href="' + paola.base + '" aria-current="page"' in page
    assert "non risponde nessuno" not in page


def test_a_cooperative_where_nobody_is_on_duty_says_so(paola, cast):
    Operator.update(on_duty=False).where(Operator.id == cast.luca.id).execute()
    assert paola.get(paola.base).text.count("non risponde nessuno") == 1


def test_before_somebody_leaves_the_page_says_what_will_happen(paola, cast, at):
    last_of_melograno(cast)
    asked(cast, at=at), visit_of(cast, cast.marta, begins="09:00", ends="11:00")
    before = Event.select().count()
    page = paola.get(f"{paola.base}{cast.marta.id}/uscita").text
    assert "<h1>Marta non lavora più qui?</h1>" in page
    for sentence in ("Una visita confermata torna alla cooperativa", "Nella cooperativa non risponde nessun altro",
                     "Una richiesta senza risposta va subito alla prossima cooperativa."):
        assert sentence in page, sentence
    assert Event.select().count() == before and now(cast.marta).left_at is None
    assert "Non ha visite in programma." in paola.get(f"{paola.base}{cast.luca.id}/uscita").text


def test_one_press_and_somebody_is_gone_from_the_page(paola, cast, at):
    answer = paola.send(f"{paola.base}{cast.bruno.id}/uscita")
    assert answer.status_code == 303 and now(cast.bruno).left_at == at
    page = paola.get(answer.location).text
    assert "Bruno non lavora più in Il Melograno." in page and "<b>Bruno</b>" not in page
    assert paola.get(f"{paola.base}{cast.bruno.id}/uscita").location == paola.base


def test_who_is_second_to_press_reads_that_it_was_done(paola, cast, at):
    leave(cast, cast.bruno)
    answer = paola.send(f"{paola.base}{cast.bruno.id}/uscita")
    assert answer.status_code == 409 and "Era già fatto." in answer.text and "<h1>Cooperative e operatori</h1>" in answer.text


def test_a_cooperative_outside_ones_projects_is_not_found(paola, cast, at):
    assert paola.send(f"{paola.base}{cast.outsider.id}/uscita").status_code == 404
    assert paola.get(f"{paola.base}{cast.outsider.id}/uscita").status_code == 404
    cast.bs.update(project=cast.elsewhere).execute()
    assert "Ancora nessuna cooperativa" in paola.get(paola.base).text
    assert paola.send(f"{paola.base}{cast.marta.id}/uscita").status_code == 404
    assert now(cast.outsider).left_at is None and now(cast.marta).left_at is None


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_everybody_can_see_who_works_where(live, browser, axe, at, size):
    cast = make_cast(at)
    visit_of(cast, cast.marta)
    Operator.update(name="Maria Antonietta Bettinelli Gianfranceschi").where(Operator.id == cast.anna.id).execute()
    context = browser.new_context(viewport={"width": size[0], "height": 800}, color_scheme=size[1], locale="it-IT")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    name, value = trusted_device(cast.paola, at=at)[1]
    context.add_cookies([{"name": name, "value": value, "url": live.url}])
    base = f"{live.url}/banco/{cast.paola.id}/cooperative/"
    wrong = [line for path in ("", f"{cast.marta.id}/uscita") for line in wrong_with(page, axe, base + path)]
    context.close()
    assert wrong == []
