"""The coordinator's desk: lists that can be emptied, by whoever coordinates that project, and by nobody else."""

from datetime import date, timedelta

import pytest
import time_machine
from cast import asked, make_cast, moment, referral_of, trust
from conftest import AT
from pages import Page

import jobs
from actions import agreeing, answering, asking, conversing, delivering, desk, digesting, joining, outbox
from actions.moves import Actor
from models import (
    Allowance,
    Appointment,
    Company,
    Coordination,
    Coordinator,
    DeskItem,
    Employee,
    Event,
    Holiday,
    Message,
    Operator,
    Phone,
    Proposal,
    Referral,
    ServiceRequest,
    db,
)

LISTS = ("ritardo", "senza-cooperativa", "da-chiamare", "messaggi", "non-arrivati", "adesioni", "chi-va", "da-segnare", "in-mano", "aperte")


@pytest.fixture
def cast(at, app):
    """The usual people, and Davide beside Paola."""
    cast = make_cast(AT)
    cast.davide = Coordinator.create(name="Davide", email="davide@example.org")
    Coordination.create(coordinator=cast.davide, project=cast.project)
    return cast


@pytest.fixture
def paola(client, cast, at):
    """Paola's trusted browser; `.base` is her desk."""
    return at_desk(client, cast.paola, at)


def at_desk(browser, coordinator, at):
    """Make a browser a coordinator's."""
    trust(browser, coordinator, at=at)
    browser.base = f"/banco/{coordinator.id}"
    return browser


def see(browser, path="/"):
    """A page of the desk, which must be there."""
    answer = browser.get(browser.base + path)
    assert answer.status_code == 200, path
    return answer.text


def press(browser, path, **fields):
    """Send a form of the desk as a page without JavaScript would."""
    return browser.send(browser.base + path, **fields)


def unassigned(cast, at, **wish):
    """A request that nobody covers any more: its only cooperative said no."""
    request = asked(cast, at=at, service=cast.ad, **wish)
    answering.decline(referral_of(request), cast.anna, "hours", at=at)
    return request, DeskItem.get(DeskItem.request == request)


def one_of_each(cast, at):
    """One thing of every kind on Paola's desk; by kind."""
    late = asked(cast, at=at)
    answering.tell_late(referral_of(late), at=at)
    unassigned(cast, at)
    asking.uncovered(cast.gianni, cast.bs, cast.isso, at=at)
    joining.call_me(cast.sara, "dopo17", at=at, language="it")
    conversing.act(conversing.receive("SM1", "+393330000001", "a che ora viene la signora?", at=at), at=at)
    Operator.update(email="").execute()
    refuse(Message.get(Message.kind == "referral"), at)
    refuse(Message.get(Message.kind == "request_received"), at)
    waiting(cast, at)
    desk.open_item("wrong_person", project=cast.project, employee=cast.teresa, at=at)
    return {item.kind: item for item in DeskItem.select()}


def refuse(message, at):
    """The carrier does not reach this number."""
    outbox.claim(message, text="words", shown="le parole dell'SMS", subject=None, at=at)
    outbox.refused(Message.get_by_id(message.id), "30005", at=at)


def waiting(cast, at):
    """A person beyond the declared number."""
    Company.update(joins=4).where(Company.id == cast.firm.id).execute()
    phone = Phone.create(number="+393330000099")
    newcomer = Employee.create(phone=phone, company=cast.firm, word="mela", joined_at=at)
    joining._wait(newcomer, at)
    return newcomer


def test_the_desk_begins_with_the_line_of_the_digest_and_counts_each_list(paola, cast, at):
    things = one_of_each(cast, at)
    page = see(paola)
    assert "<h1>5 da vedere oggi, 1 in ritardo, 3 persone da chiamare</h1>" in page
    assert len(things) == 9
    for name in LISTS:
        assert f'href="{paola.base}/{name}/"' in page


def test_every_thing_can_be_opened_and_calls_a_person(paola, cast, at):
    one_of_each(cast, at)
    for name in LISTS:
        listed = see(paola, f"/{name}/")
        for link in {part.split('"')[0] for part in listed.split(f'href="{paola.base}/{name}/')[1:]} - {""}:
            assert 'href="tel:+39333' in see(paola, f"/{name}/{link}")


def test_an_empty_desk_says_what_will_appear(paola):
    page = see(paola)
    assert "<h1>Niente da vedere oggi</h1>" in page
    assert "Niente da vedere qui" in page


def test_numbers_are_masked_but_for_the_call(paola, cast, at):
    request = asked(cast, at=at)
    page = see(paola, f"/richiesta/{request.id}/")
    assert "+39 333 ••• ••01" in page
    assert page.count("+393330000001") == page.count('href="tel:+393330000001"') == 1


def test_a_request_shows_its_history_with_reasons_and_notes(paola, cast, at):
    request = asked(cast, at=at, answers={"eta": "3-5", "numero": "1"})
    answering.decline(referral_of(request), cast.marta, "far", at=at)
    later = referral_of(request)
    answering.lapse(later, at=later.due_at)
    item = DeskItem.get(DeskItem.kind == "unassigned")
    desk.take_on(item, cast.davide, at=at)
    desk.say(item, "Va bene anche la sera", cast.davide, at=at)
    desk.say(item, "Richiamo domani", cast.paola, at=at)
    page = see(paola, f"/richiesta/{request.id}/")
    for sentence in ("Inviata a Il Melograno", "Il Melograno: non possono, troppo lontano", "da 3 a 5 anni",
                     "La Quercia: nessuna risposta in tempo", "Nota di Davide: Va bene anche la sera",
                     "Nota di Paola: Richiamo domani", "SMS a Marta (Il Melograno) · in coda"):
        assert sentence in page, sentence


def test_the_words_of_an_sms_are_shown_only_if_they_went_to_who_asked(paola, cast, at):
    request = asked(cast, at=at)
    for kind in ("request_received", "referral"):
        message = Message.get(Message.kind == kind)
        outbox.claim(message, text="x", shown=f"parole di {kind}", subject=None, at=at)
        outbox.sent(Message.get_by_id(message.id), f"SM-{kind}", at=at)
    page = see(paola, f"/richiesta/{request.id}/")
    assert "parole di request_received" in page
    assert "parole di referral" not in page


def test_a_reference_typed_anyhow_leads_to_its_page(paola, cast, at):
    request = asked(cast, at=at)
    typed = f" {request.reference.lower()} "
    assert paola.get(f"{paola.base}/?cerca={typed}").location == f"{paola.base}/richiesta/{request.id}/"
    assert "Nessuna richiesta Z9Z9 nei tuoi progetti" in see(paola, "/?cerca=z9z9")


# ---------------------------------------------------------------- what one does there

def test_who_takes_it_on_first_has_it_and_the_other_reads_who(paola, cast, at):
    _request, item = unassigned(cast, at)
    press(paola, f"/senza-cooperativa/{item.id}/incarico")
    davide = at_desk(paola.application.test_client(), cast.davide, at)
    answer = press(davide, f"/senza-cooperativa/{item.id}/incarico")
    assert answer.status_code == 409
    assert "Se ne occupa già Paola." in answer.text
    assert DeskItem.get().taken_by == cast.paola


def test_what_one_took_on_can_be_given_back(paola, cast, at):
    _request, item = unassigned(cast, at)
    press(paola, f"/senza-cooperativa/{item.id}/incarico")
    assert "Te ne occupi tu." in see(paola, f"/in-mano/{item.id}/")
    press(paola, f"/in-mano/{item.id}/restituzione")
    assert DeskItem.get().taken_by is None


def test_a_cooperative_that_said_no_can_be_asked_again(paola, cast, at):
    request, item = unassigned(cast, at)
    page = see(paola, f"/senza-cooperativa/{item.id}/")
    assert "Il Melograno, ha detto no: orario non possibile" in page
    answer = press(paola, f"/senza-cooperativa/{item.id}/invio", cooperative=cast.melograno.id)
    assert answer.status_code == 303
    assert referral_of(request).state == "waiting"
    assert DeskItem.get().done_why == "put"
    assert f"{request.reference} mandata a Il Melograno." in paola.get(answer.location).text


def test_a_cooperative_that_does_not_cover_it_cannot_be_asked(paola, cast, at):
    request, item = unassigned(cast, at)
    answer = press(paola, f"/senza-cooperativa/{item.id}/invio", cooperative=cast.lontana.id)
    assert answer.status_code == 422
    assert 'id="cooperative-error"' in answer.text
    assert Referral.select().where(Referral.request == request).count() == 1


def test_closing_needs_a_reason_and_keeps_what_was_typed(paola, cast, at):
    request, item = unassigned(cast, at)
    answer = press(paola, f"/senza-cooperativa/{item.id}/chiusura", outcome="unfilled", reason=" ")
    assert answer.status_code == 422
    assert "Scrivi il motivo in poche parole." in answer.text
    chosen = [field for field in Page(answer.text).inputs if field.get("name") == "outcome" and "checked" in field]
    assert [field["value"] for field in chosen] == ["unfilled"]
    press(paola, f"/senza-cooperativa/{item.id}/chiusura", outcome="unfilled", reason="Nessuno al mattino presto")
    closed = ServiceRequest.get_by_id(request.id)
    assert (closed.state, closed.outcome, closed.reason) == ("closed", "unfilled", "Nessuno al mattino presto")
    assert DeskItem.get().done_at


def test_a_confirmed_visit_is_not_closed_as_unfilled(paola, cast, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    answer = press(paola, f"/richiesta/{request.id}/chiusura", outcome="unfilled", reason="prova")
    assert answer.status_code == 422
    assert ServiceRequest.get_by_id(request.id).state == "agreed"


def test_what_waits_for_a_cooperative_is_not_ticked_off(paola, cast, at):
    _request, item = unassigned(cast, at)
    assert "/conclusione" not in see(paola, f"/senza-cooperativa/{item.id}/")
    assert press(paola, f"/senza-cooperativa/{item.id}/conclusione").status_code == 409
    assert DeskItem.get().done_at is None


def test_what_a_cooperative_said_by_telephone_is_proposed_in_its_name(paola, cast, at):
    request = asked(cast, at=at)
    assert "Proponi un orario per la cooperativa" in see(paola, f"/aperte/{request.id}/")
    said = {"propose-day": "2026-12-07", "propose-start": "16:00", "propose-length": "180"}
    press(paola, f"/aperte/{request.id}/proposta", **said)
    proposal = Proposal.get()
    assert (proposal.state, proposal.starts_at, proposal.worker_id, proposal.operator_id) == (
        "waiting", moment(date(2026, 12, 7), "16:00"), None, None)
    assert Event.get(Event.verb == "propose").role == "coordinator"
    assert Message.get(Message.kind == "proposal").employee == cast.gianni
    page = see(paola, f"/aperte/{request.id}/")
    assert "Proposto: lun 7/12 16-19." in page and "Proposto un orario da Paola" in page
    agreeing.accept(proposal, by=Actor("employee", cast.gianni.id), at=at)
    assert press(paola, f"/aperte/{request.id}/proposta", **said).status_code == 409


def test_a_time_that_cannot_be_is_not_proposed_from_the_desk(paola, cast, at):
    Holiday.create(on=date(2026, 12, 9), name="Chiusura", cooperative=cast.melograno)
    request = asked(cast, at=at)
    for day, length, why in (("2026-11-02", "180", "già passato"), ("2026-12-09", "180", "Quel giorno è chiuso"),
                             ("2026-12-07", "15", "propose-length-error")):
        answer = press(paola, f"/aperte/{request.id}/proposta",
                       **{"propose-day": day, "propose-start": "16:00", "propose-length": length})
        assert answer.status_code == 422 and why in answer.text
    assert not Proposal.select().exists()


def test_a_visit_that_nobody_goes_to_waits_on_a_list_of_its_own(paola, cast, at):
    request = asked(cast, at=at)
    [visit] = answering.confirm(referral_of(request), cast.marta, None, at=at)
    answering.tell_undecided(visit, at=visit.decide_at)
    item = DeskItem.get(DeskItem.kind == "undecided")
    assert "da decidere chi va" in see(paola, f"/chi-va/{item.id}/")
    answering.assign(Appointment.get(), cast.anna, cast.marta, at=visit.decide_at)
    assert DeskItem.get_by_id(item.id).done_why == "assigned"


@pytest.fixture
def unmarked(cast, at):
    """A visit of Friday that nobody has marked by Monday evening."""
    [visit] = answering.confirm(referral_of(asked(cast, at=at)), cast.marta, cast.marta, at=at)
    assert visit.mark_by == moment(date(2026, 12, 7), "18:00")
    delivering.tell_unmarked(visit, at=visit.mark_by)
    return visit


def test_a_visit_nobody_marked_is_marked_at_the_desk(paola, cast, at, unmarked):
    item = DeskItem.get(DeskItem.kind == "unmarked")
    page = see(paola, f"/da-segnare/{item.id}/")
    assert "Nessuno ha segnato" in page and "/conclusione" not in page
    assert press(paola, f"/da-segnare/{item.id}/conclusione").status_code == 409
    with time_machine.travel(unmarked.mark_by, tick=False):
        press(at_desk(paola, cast.paola, unmarked.mark_by), f"/da-segnare/{item.id}/svolta")
    assert Appointment.get().state == "delivered" and DeskItem.get_by_id(item.id).done_why == "marked"
    assert Allowance.get(Allowance.employee == cast.gianni).spent_cents == unmarked.project_cents


def test_a_visit_that_did_not_take_place_costs_nobody_anything_and_ends_as_missed(paola, cast, at, unmarked):
    item = DeskItem.get(DeskItem.kind == "unmarked")
    with time_machine.travel(unmarked.mark_by, tick=False):
        at_desk(paola, cast.paola, unmarked.mark_by)
        assert press(paola, f"/da-segnare/{item.id}/mancata", side="").status_code == 422
        press(paola, f"/da-segnare/{item.id}/mancata", side="operator")
    assert (Appointment.get().state, Appointment.get().missed_by) == ("missed", "operator")
    row = Allowance.get(Allowance.employee == cast.gianni)
    assert (row.reserved_cents, row.spent_cents) == (0, 0)
    jobs.run(unmarked.mark_by + timedelta(days=8))
    assert ServiceRequest.get().outcome == "missed"


def test_a_list_is_emptied_one_after_the_other(paola, cast, at):
    for person in (cast.gianni, cast.sara, cast.teresa):
        joining.call_me(person, "pranzo", at=at, language="it")
    first, second, third = (item.id for item in DeskItem.select().order_by(DeskItem.id))
    assert press(paola, f"/da-chiamare/{second}/conclusione").location == f"{paola.base}/da-chiamare/{third}/"
    assert press(paola, f"/da-chiamare/{third}/conclusione").location == f"{paola.base}/da-chiamare/{first}/"
    assert press(paola, f"/da-chiamare/{first}/conclusione").location == f"{paola.base}/da-chiamare/"
    assert press(paola, f"/da-chiamare/{first}/conclusione").status_code == 409


def test_a_note_is_sealed_and_read_by_a_colleague(paola, cast, at):
    joining.call_me(cast.gianni, "pranzo", at=at, language="it")
    item = DeskItem.get()
    assert press(paola, f"/da-chiamare/{item.id}/nota", words="").status_code == 422
    press(paola, f"/da-chiamare/{item.id}/nota", words="preferisce il\nmercoledì")
    assert "preferisce il mercoledì" in see(at_desk(paola.application.test_client(), cast.davide, at), f"/da-chiamare/{item.id}/")
    stored = db.obj.execute_sql("SELECT said FROM desk_item").fetchone()[0]
    assert "mercoledì" not in stored


def test_a_joining_beyond_the_declared_number_is_let_in_from_here(paola, cast, at):
    newcomer = waiting(cast, at)
    item = DeskItem.get(DeskItem.kind == "joining")
    press(paola, f"/adesioni/{item.id}/adesione")
    assert Employee.get_by_id(newcomer.id).approved_at == at
    assert Message.select().where(Message.kind == "join_approved").exists()
    assert press(paola, f"/adesioni/{item.id}/adesione").status_code == 409


def test_only_a_joining_can_be_approved(paola, cast, at):
    joining.call_me(cast.gianni, "pranzo", at=at, language="it")
    assert press(paola, f"/da-chiamare/{DeskItem.get().id}/adesione").status_code == 404


def test_a_text_is_read_here_with_whom_it_may_be_from(paola, cast, at):
    conversing.act(conversing.receive("SM1", "+393330000001", "<b>a che ora?</b>", at=at), at=at)
    page = see(paola, f"/messaggi/{DeskItem.get().id}/")
    assert "&lt;b&gt;a che ora?&lt;/b&gt;" in page
    assert "Forse Gianni o Sara" in page


def test_what_is_forgotten_of_a_person_breaks_no_page(paola, cast, at):
    request, item = unassigned(cast, at)
    DeskItem.update(employee=None, phone=None).where(DeskItem.id == item.id).execute()
    ServiceRequest.update(employee=None, company=None).where(ServiceRequest.id == request.id).execute()
    page = see(paola, f"/senza-cooperativa/{item.id}/")
    assert "non è più nei nostri dati" in page and "tel:+39333" not in page


def test_over_htmx_the_answer_is_the_desk_itself_and_its_address(paola, cast, at):
    _request, item = unassigned(cast, at)
    answer = paola.post(f"{paola.base}/senza-cooperativa/{item.id}/incarico", data={"csrf_token": paola.token()},
                        headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert Page(answer.text).roots == [("div", {"class": "board", "id": f"desk-{cast.paola.id}", "data-shows": "thing"})]
    assert answer.headers["HX-Push-Url"] == f"{paola.base}/senza-cooperativa/{item.id}/"


# ---------------------------------------------------------------- firms, absence, language

def test_the_firms_page_does_not_say_how_many_joined(paola, cast, at):
    before = see(paola, "/aziende/")
    assert "48291" in before and "persone dichiarate: 4" in before and "/a/48291/locandina" in before
    waiting(cast, at)
    assert _list_of_firms(see(paola, "/aziende/")) == _list_of_firms(before)


def _list_of_firms(page):
    return page[page.index("<h1>"):]


def test_while_away_the_colleague_opens_the_desk_and_after_it_no_more(paola, cast, at):
    field = f"project{cast.project.id}-"
    sent = {f"{field}until": "2026-12-04", f"{field}stand_in": cast.ugo.id}
    assert press(paola, f"/assenza/{cast.project.id}", **sent).status_code == 303
    assert "Assente fino a venerdì 4 dicembre" in see(paola, "/assenza/")
    request = asked(cast, at=at)
    ugo = at_desk(paola.application.test_client(), cast.ugo, at)
    assert request.reference in see(ugo, f"/richiesta/{request.id}/")
    press(paola, f"/assenza/{cast.project.id}/ritorno")
    assert ugo.get(f"{ugo.base}/richiesta/{request.id}/").status_code == 404


@pytest.mark.parametrize("until", ["", "2026-11-30", "2028-01-01", "2026-02-29"])
def test_an_absence_that_cannot_be_is_said_beside_its_field(paola, cast, until):
    field = f"project{cast.project.id}-"
    answer = press(paola, f"/assenza/{cast.project.id}", **{f"{field}until": until, f"{field}stand_in": cast.davide.id})
    assert answer.status_code == 422
    assert f'id="{field}until-error"' in answer.text
    assert Coordination.get(Coordination.coordinator == cast.paola).away_until is None


def test_for_whom_one_stood_in_the_next_colleague_does(paola, cast, at):
    hers = Coordination.get(Coordination.coordinator == cast.paola)
    his = Coordination.get(Coordination.coordinator == cast.davide)
    digesting.away(his, date(2026, 12, 10), cast.paola, by=desk.Actor("coordinator", cast.davide.id), at=at)
    digesting.away(hers, date(2026, 12, 4), cast.ugo, by=desk.Actor("coordinator", cast.paola.id), at=at)
    assert Coordination.get_by_id(his.id).stand_in == cast.ugo


def test_the_desk_speaks_english_once_asked_to(paola, cast):
    press(paola, "/lingua", language="en")
    assert 'lang="en"' in see(paola) and "Nothing to see today" in see(paola)
    assert Coordinator.get_by_id(cast.paola.id).language == "en"


# ---------------------------------------------------------------- nobody else

def test_a_coordinator_of_another_project_finds_nothing_here(app, cast, at):
    one_of_each(cast, at)
    ugo = at_desk(app.test_client(), cast.ugo, at)
    before = Event.select().count()
    secrets = ["Gianni", "limone", *(row.reference for row in ServiceRequest.select())]
    for name in LISTS:
        assert not [secret for secret in secrets if secret in see(ugo, f"/{name}/")]
    for name, thing in _everywhere():
        assert ugo.get(f"{ugo.base}/{name}/{thing}/").status_code == 404
        for noun in ("incarico", "restituzione", "nota", "conclusione", "adesione", "invio", "chiusura"):
            assert press(ugo, f"/{name}/{thing}/{noun}").status_code == 404, (name, noun)
    assert press(ugo, f"/assenza/{cast.project.id}").status_code == 404
    assert Event.select().count() == before


def _everywhere():
    things = [(name, item.id) for name in LISTS[:7] for item in DeskItem.select()]
    return things + [(name, row.id) for name in ("aperte", "richiesta") for row in ServiceRequest.select()]


def test_without_a_trusted_device_there_is_no_desk(app, cast, at):
    one_of_each(cast, at)
    stranger, ugo = app.test_client(), at_desk(app.test_client(), cast.ugo, at)
    for path in ("/", "/ritardo/", f"/ritardo/{DeskItem.get().id}/", "/aziende/", "/assenza/", "/?cerca=A7K2"):
        assert stranger.get(f"/banco/{cast.paola.id}{path}").status_code == 403
        assert ugo.get(f"/banco/{cast.paola.id}{path}").status_code == 403
    assert stranger.send(f"/banco/{cast.paola.id}/lingua", language="en").status_code == 403


def test_looking_changes_nothing(paola, cast, at):
    one_of_each(cast, at)
    before = [model.select().count() for model in (Event, DeskItem, Message, Referral)]
    for name, thing in _everywhere():
        paola.get(f"{paola.base}/{name}/{thing}/")
    assert [model.select().count() for model in (Event, DeskItem, Message, Referral)] == before


@pytest.mark.both_engines
def test_fifty_things_cost_no_more_queries_than_one(engine, paola, cast, at):
    def cost(path):
        said, execute = [], db.obj.execute_sql
        db.obj.execute_sql = lambda sql, *more, **named: said.append(sql) or execute(sql, *more, **named)
        try:
            see(paola, path)
        finally:
            db.obj.execute_sql = execute
        return len(said)

    _request, item = unassigned(cast, at)
    few = {path: cost(path) for path in ("/", "/aperte/", "/aziende/", f"/senza-cooperativa/{item.id}/")}
    for number in range(50):
        person = [cast.gianni, cast.sara, cast.teresa][number % 3]
        unassigned(cast, at, employee=person, on=date(2026, 12, 7) + timedelta(days=number))
    assert {path: cost(path) for path in few} == few
    assert few["/aziende/"] <= 3 + 4                    # device, projects, firms; three counts, the openings that are short
    assert few[f"/senza-cooperativa/{item.id}/"] <= 3 + 16


def test_pressed_twice_the_desk_proposes_once_and_only_for_whom_its_page_had_named(paola, cast, at):
    request = asked(cast, at=at)
    path = f"/aperte/{request.id}/"
    page, said = paola.get(paola.base + path), {"propose-day": "2026-12-07", "propose-start": "16:00"}
    assert paola.press(page, f"{paola.base}{path}proposta", follow=False, **said, **{"propose-length": "180"}).status_code == 303
    again = paola.press(page, f"{paola.base}{path}proposta", **said, **{"propose-length": "180"})
    assert again.status_code == 409 and "Ecco com'è ora." in again.text.replace("&#39;", "'")
    assert Message.select().where(Message.kind == "proposal").count() == 1
    agreeing.decline(Proposal.get(), by=Actor("employee", cast.gianni.id), at=at)      # now it lies before La Quercia
    assert paola.press(page, f"{paola.base}{path}proposta", **said, **{"propose-length": "180"}).status_code == 409
    assert Proposal.select().count() == 1


def test_a_cooperative_that_has_it_already_is_not_asked_twice(paola, cast, at):
    request = asked(cast, at=at)
    path = f"{paola.base}/aperte/{request.id}/"
    page = paola.get(path)
    first = paola.press(page, f"{path}invio", follow=False, cooperative=cast.quercia.id)
    again = paola.press(page, f"{path}invio", cooperative=cast.melograno.id)    # she sees not where it lies now
    assert (first.status_code, again.status_code) == (303, 409)
    assert referral_of(request).cooperative == cast.quercia
