"""A referral's own link on a browser nobody trusts: what its SMS said, answering it, and not a word more."""

from datetime import date, timedelta

import pytest
from cast import asked, follow, link_for, make_cast, referral_of

from actions import agreeing, answering, planning
from actions.moves import Actor
from models import Appointment, Event, Holiday, Message, Project, Referral, ServiceRequest
from rules import recurrence

HTMX = {"HX-Request": "true"}
FRIDAY = date(2026, 12, 4)


@pytest.fixture
def cast(app, at):
    """Everybody, on a Tuesday at nine."""
    return make_cast(at - timedelta(days=30))


def post(browser, address, htmx=False, **fields):
    """Press something, with or without JavaScript."""
    fields["csrf_token"] = browser.token()
    return browser.post(address, data=fields, headers=HTMX if htmx else {})


def visit_of(request):
    """The appointment of a request that stands."""
    return Appointment.get(Appointment.request == request, Appointment.state != "cancelled")


@pytest.fixture
def strange(app, cast, at):
    """A browser nobody trusts that opened Marta's link: (browser, request, the link's address)."""
    request = asked(cast, at=at, answers={"eta": "3-5", "numero": "1"})
    link = link_for("referral", at=at, operator=cast.marta, referral=referral_of(request))
    browser = app.test_client()
    follow(browser, link)
    return browser, request, f"/invio/{link.id}/"


def test_a_strange_browser_sees_what_the_sms_said_and_no_more(strange, cast):
    browser, request, address = strange
    page = browser.get(address)
    assert page.status_code == 200
    for words in ("BS", "Romano di Lombardia", "venerdì 4 dicembre, dalle 15 alle 18", request.reference, "ancora 7 ore"):
        assert words in page.text
    for secret in ("Gianni", "limone", "da 3 a 5", "+393330000001", "333 000 0001", "Marta", "Anna", "Melograno"):
        assert secret not in page.text


def test_a_link_nobody_opened_here_is_not_found(app, strange):
    assert app.test_client().get(strange[2]).status_code == 404


def test_the_link_confirms_and_takes_back(strange, cast):
    browser, request, address = strange
    assert post(browser, address + "conferma", worker="me").status_code == 303
    assert visit_of(request).worker == cast.marta
    assert "Annulla la conferma (fino alle 9:10)" in browser.get(address).text
    assert post(browser, address + "ripensamento").status_code == 303
    assert ServiceRequest.get().state == "taken"
    assert post(browser, address + "ripensamento").status_code == 409


def test_the_link_takes_declines_and_decides_later(strange, cast):
    browser, request, address = strange
    assert post(browser, address + "presa").status_code == 303
    assert "resta da confermare" in browser.get(address).text
    answer = post(browser, address + "conferma", htmx=True, worker="later")
    assert answer.status_code == 200
    assert answer.text.strip().startswith("<article")
    assert visit_of(request).worker is None


def test_the_link_declines_with_a_reason_and_then_acts_no_more(strange, cast):
    browser, request, address = strange
    assert post(browser, address + "rifiuto").status_code == 422
    assert post(browser, address + "rifiuto", reason="hours").status_code == 303
    assert referral_of(request).cooperative == cast.quercia
    late = post(browser, address + "conferma", worker="me")
    assert late.status_code == 409
    assert "passata alla cooperativa successiva" in late.text


def test_a_link_from_before_the_change_is_too_late(strange, cast, at):
    browser, request, address = strange
    answering.take(referral_of(request), cast.anna, at=at)
    for path, fields in (("presa", {}), ("conferma", {"worker": "me"}), ("rifiuto", {"reason": "full"})):
        answer = post(browser, address + path, **fields)
        assert answer.status_code == 409
        assert "L&#39;ha presa una collega." in answer.text
        assert "Anna" not in answer.text
    assert Referral.get().operator == cast.anna


def test_a_colleagues_confirmation_is_not_undone_by_my_link(strange, cast, at):
    browser, request, address = strange
    answering.confirm(referral_of(request), cast.anna, cast.anna, at=at)
    assert "Annulla la conferma" not in browser.get(address).text
    assert post(browser, address + "ripensamento").status_code == 409
    assert visit_of(request).state == "planned"


def test_a_busy_operator_learns_it_without_another_visits_hours(strange, cast, at):
    browser, request, address = strange
    other = asked(cast, at=at, on=FRIDAY, begins="14:00", ends="16:00")
    answering.confirm(referral_of(other), cast.anna, cast.marta, at=at)
    answer = post(browser, address + "conferma", worker="me")
    assert answer.status_code == 422
    assert "hai già un altro appuntamento" in answer.text
    assert "dalle 14" not in answer.text


def test_not_you_answers_the_same_for_every_number(strange, cast):
    browser, request, address = strange
    answers = [post(browser, address + "collega", number=number)
               for number in ("333 000 0102", "333 000 0201", "333 999 9999")]
    assert {(a.status_code, a.location) for a in answers} == {(303, address + "collega")}
    assert "Guarda i tuoi SMS" in browser.get(address + "collega").text
    to_anna = Message.select().where(Message.key.contains("asked on the page"))
    assert [message.operator for message in to_anna] == [cast.anna]


def test_not_you_wants_a_number_and_has_a_limit(strange):
    browser, request, address = strange
    wrong = post(browser, address + "collega", number="333 A")
    assert wrong.status_code == 422
    assert "Scrivi il numero intero" in wrong.text
    assert 'value="333 A"' in wrong.text
    codes = [post(browser, address + "collega", number="333 000 0102").status_code for _ in range(6)]
    assert codes == [303] * 5 + [429]


def test_opening_the_link_twice_changes_nothing(strange):
    browser, request, address = strange
    before = [(model, list(model.select().dicts())) for model in (Referral, ServiceRequest, Appointment, Message, Event)]
    for _ in range(2):
        browser.get(address)
        browser.get(address + "collega")
    assert before == [(model, list(model.select().dicts())) for model, _ in before]


def test_a_weekly_request_shows_all_that_is_asked(app, cast, at):
    Holiday.create(on=date(2026, 12, 16), name="Chiusura", cooperative=cast.melograno)
    request = asked(cast, at=at, on=date(2026, 12, 9), weekly=recurrence.Weekly((3,), until=date(2026, 12, 31)))
    link = link_for("referral", at=at, operator=cast.marta, referral=referral_of(request))
    browser = app.test_client()
    page = follow(browser, link).text
    assert "3 visite: ogni mercoledì, dalle 15 alle 18" in page
    assert "mer 9/12, mer 23/12, mer 30/12" in page and "siete chiusi: mer 16/12" in page
    post(browser, f"/invio/{link.id}/conferma", worker="later")
    assert Appointment.select().count() == 3


def test_what_takes_a_proposal_is_said_and_proposed_only_on_a_trusted_phone(strange, cast):
    browser, request, address = strange
    Project.update(person_year_cents=0).where(Project.id == cast.project.id).execute()
    for htmx in (True, False):
        answer = post(browser, address + "conferma", htmx=htmx, worker="me")
        assert answer.status_code == 409
        assert "la persona pagherebbe di più: serve una proposta. Conferma questo telefono" in answer.text
        assert "66,00" not in answer.text
    assert not Appointment.select().exists()


def test_a_series_on_which_nobody_comes_is_not_confirmed(app, cast, at):
    Holiday.create(on=date(2026, 12, 9), name="Chiusura", cooperative=cast.melograno)
    request = asked(cast, at=at, on=date(2026, 12, 9), weekly=recurrence.Weekly((3,), until=date(2026, 12, 10)))
    link = link_for("referral", at=at, operator=cast.marta, referral=referral_of(request))
    browser = app.test_client()
    follow(browser, link)
    answer = post(browser, f"/invio/{link.id}/conferma", worker="me")
    assert answer.status_code == 422 and "In quei giorni non viene nessuno" in answer.text
    assert not Appointment.select().exists()


def test_a_link_from_before_a_colleague_proposed_is_too_late_to_confirm(strange, cast, at):
    browser, request, address = strange
    slot = planning.Slot(request.starts_at + timedelta(days=3), request.ends_at + timedelta(days=3))
    proposal = agreeing.propose(referral_of(request), slot, cast.anna, by=Actor("operator", cast.anna.id), at=at,
                                operator=cast.anna)
    for path, fields in (("conferma", {"worker": "me"}), ("presa", {}), ("rifiuto", {"reason": "full"})):
        answer = post(browser, address + path, **fields)
        assert answer.status_code == 409 and "Avete proposto lun 7/12 dalle 15 alle 18." in answer.text, path
    assert post(browser, address + "rifiuto", reason="full", seen=f"{proposal.id}-waiting").status_code == 303
    assert referral_of(request).cooperative == cast.quercia
