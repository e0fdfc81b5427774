"""The operator's door, another time: proposed, asked for instead, moved; a visit given back; whoever is late reads so."""

from datetime import date, timedelta

import pytest
import time_machine
from cast import asked, follow, link_for, make_cast, moment, referral_of, trust

from actions import agreeing, answering, changing, ending, planning, reminding
from actions.moves import Actor
from models import Appointment, Event, Holiday, Message, Project, Proposal, Referral, ServiceRequest, db
from rules import recurrence

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 12, 1)
FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 7)
MONDAY_AT_FOUR = {"day": "2026-12-07", "start": "16:00", "length": "180", "worker": "me"}


@pytest.fixture
def cast(app, at):
    """Everybody, on a Tuesday at nine."""
    return make_cast(at - timedelta(days=30))


@pytest.fixture
def phone_of(app, at):
    """`phone_of(cast.anna)`: her own phone, trusted."""
    def of(person):
        browser = app.test_client()
        trust(browser, person, at=at)
        browser.person = person
        return browser
    return of


@pytest.fixture
def marta(phone_of, cast):
    """Marta's own phone."""
    return phone_of(cast.marta)


def send(browser, path, htmx=False, **fields):
    """Press something on the page of this browser's operator, with or without JavaScript."""
    fields["csrf_token"] = browser.token()
    return browser.post(f"/operatore/{browser.person.id}/{path}", data=fields, headers=HTMX if htmx else {})


def home(browser, more=""):
    """The operator's page, as text."""
    answer = browser.get(f"/operatore/{browser.person.id}/{more}")
    assert answer.status_code == 200
    return answer.text


def as_gianni(cast):
    """Gianni acts."""
    return Actor("employee", cast.gianni.id)


def proposed(cast, request, *, at, on=MONDAY, begins="16:00", ends="19:00", worker=None, by=None):
    """Marta proposes another time for a request."""
    operator = by or cast.marta
    return agreeing.propose(referral_of(request), planning.Slot(moment(on, begins), moment(on, ends)), worker,
                            by=Actor("operator", operator.id), at=at, operator=operator)


def countered(cast, request, *, at, on=MONDAY, begins="10:00"):
    """The person asks for another time than was proposed."""
    proposal = proposed(cast, request, at=at, worker=cast.marta)
    agreeing.counter(proposal, moment(on, begins), by=as_gianni(cast), at=at)
    return Proposal.get_by_id(proposal.id)


def agreed(cast, *, at, on=FRIDAY, worker=None, **more):
    """A request that was asked and confirmed too long ago to be undone; its visits."""
    request = asked(cast, at=at - timedelta(days=3), on=on, **more)
    return answering.confirm(referral_of(request), cast.marta, worker, at=at - timedelta(days=3))


def every(*weekdays, times=4):
    """A weekly wish: `every(2, 4)` on Tuesdays and Thursdays."""
    return recurrence.Weekly(weekdays, times=times)


def words_to(kind):
    """How often somebody is told of this."""
    return Message.select().where(Message.kind == kind).count()


# ---------------------------------------------------------------- proposing

def test_the_fold_comes_filled_in_with_what_was_asked(marta, cast, at):
    asked(cast, at=at)
    page = home(marta)
    assert "Proponi un altro orario" in page
    for held in ('value="2026-12-04"', 'value="15:00"', '<option selected value="180">3 ore</option>',
                 '<option selected value="me">Vado io</option>', '<option value="120">2 ore</option>'):
        assert held in page
    assert '<option value="90">' not in page     # the service's minimum is two hours


def test_a_proposal_goes_to_the_person_and_the_card_waits_for_them(marta, cast, at):
    request = asked(cast, at=at)
    referral = referral_of(request)
    answer = send(marta, f"invio/{referral.id}/proposta", **MONDAY_AT_FOUR)
    assert answer.status_code == 303 and answer.location.endswith(f"#referral-{referral.id}")
    proposal = Proposal.get()
    assert (proposal.starts_at, proposal.ends_at) == (moment(MONDAY, "16:00"), moment(MONDAY, "19:00"))
    assert (proposal.worker, proposal.operator, proposal.state) == (cast.marta, cast.marta, "waiting")
    assert words_to("proposal") == 1
    page = home(marta)
    assert "Hai proposto lun 7/12 dalle 16 alle 19. La persona risponde entro" in page
    assert "Niente da rispondere" in page
    assert "Cambia la proposta" in page and "Confermo, vado io" not in page


def test_htmx_gets_the_card_that_waits_alone(marta, cast, at):
    referral = referral_of(asked(cast, at=at))
    answer = send(marta, f"invio/{referral.id}/proposta", htmx=True, **MONDAY_AT_FOUR)
    assert answer.status_code == 200 and answer.headers["HX-Trigger"] == "answered"
    assert answer.text.strip().startswith("<article") and "Hai proposto" in answer.text


def test_what_waits_for_the_person_stands_last(marta, cast, at):
    waits = asked(cast, at=at)
    proposed(cast, waits, at=at, on=TODAY, begins="18:00", ends="21:00")       # the person must answer by four
    late = asked(cast, at=at, service=cast.ad, on=date(2026, 12, 18))
    page = home(marta)
    assert page.index(late.reference) < page.index(waits.reference)
    assert "1 da rispondere" in page


def test_a_colleague_reads_that_the_cooperative_proposed(phone_of, cast, at):
    proposed(cast, asked(cast, at=at), at=at)
    assert "Avete proposto lun 7/12 dalle 16 alle 19." in home(phone_of(cast.anna))


def test_what_the_desk_proposed_is_not_said_to_be_theirs(marta, cast, at):
    agreeing.propose(referral_of(asked(cast, at=at)), planning.Slot(moment(MONDAY, "16:00"), moment(MONDAY, "19:00")), None,
                     by=Actor("coordinator", cast.paola.id), at=at)
    assert "Il progetto ha proposto per voi lun 7/12 dalle 16 alle 19." in home(marta)


WRONG = [
    ({"day": "2026-11-30"}, "Questo giorno è già passato."),
    ({"day": "2026-12-01", "start": "08:00"}, "Questo orario è già passato."),
    ({"day": "2026-12-01", "start": "09:30"}, "Manca meno di un&#39;ora: chiama la persona."),
    ({"day": "2026-12-09"}, "Quel giorno è chiuso: scegline un altro."),
    ({"day": "2028-01-10"}, "È troppo lontano"),
    ({"day": "2027-03-28", "start": "02:30"}, "questo orario non c&#39;è"),
    ({"day": "31/2/2027"}, "Questo giorno non esiste"),
    ({"day": ""}, "Scegli il giorno."),
    ({"start": "dopo cena"}, "Scrivi un&#39;ora, per esempio 15:30."),
    ({"length": "60"}, "Scegli quanto dura: almeno 2 ore."),
    ({"length": "²"}, "Scegli quanto dura: almeno 2 ore."),
    ({"worker": ""}, "Scegli chi va."),
]


@pytest.mark.parametrize("typed, words", WRONG, ids=[words[:30] for _typed, words in WRONG])
@pytest.mark.parametrize("htmx", [True, False])
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(marta, cast, at, typed, words, htmx):
    Holiday.create(on=date(2026, 12, 9), name="Chiusura", cooperative=cast.melograno)
    referral = referral_of(asked(cast, at=at))
    answer = send(marta, f"invio/{referral.id}/proposta", htmx=htmx, **{**MONDAY_AT_FOUR, **typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert '<details open>' in answer.text
    kept = {**MONDAY_AT_FOUR, **typed}
    assert f'value="{kept["start"]}"' in answer.text and f'value="{kept["day"]}"' in answer.text
    assert not Proposal.select().exists()
    assert ServiceRequest.get().state == "open"


def test_one_visit_may_be_proposed_on_a_national_holiday(marta, cast, at):
    referral = referral_of(asked(cast, at=at))
    assert send(marta, f"invio/{referral.id}/proposta", **{**MONDAY_AT_FOUR, "day": "8/12/2026"}).status_code == 303
    assert Proposal.get().starts_at == moment(date(2026, 12, 8), "16:00")


def test_a_worker_who_has_something_else_is_said_beside_who_goes(marta, cast, at):
    agreed(cast, at=at, on=MONDAY, begins="18:00", ends="20:00", worker=cast.anna)
    referral = referral_of(asked(cast, at=at))
    answer = send(marta, f"invio/{referral.id}/proposta", htmx=True, **{**MONDAY_AT_FOUR, "worker": str(cast.anna.id)})
    assert answer.status_code == 422
    assert f'id="worker-p{referral.id}-error">Anna ha già un appuntamento dalle 18 alle 20.' in answer.text
    assert ServiceRequest.get_by_id(referral.request_id).state == "open"


def test_a_worker_whose_time_is_held_by_a_proposal_is_not_free_either(marta, cast, at):
    proposed(cast, asked(cast, at=at), at=at, worker=cast.anna)
    referral = referral_of(asked(cast, at=at))
    answer = send(marta, f"invio/{referral.id}/proposta", htmx=True, **{**MONDAY_AT_FOUR, "worker": str(cast.anna.id)})
    assert "Anna ha già una proposta che aspetta risposta dalle 16 alle 19." in answer.text


def test_pressed_twice_it_is_proposed_once(marta, cast, at):
    referral = referral_of(asked(cast, at=at))
    codes = [send(marta, f"invio/{referral.id}/proposta", **MONDAY_AT_FOUR).status_code for _ in range(2)]
    assert codes == [303, 409]
    assert Proposal.select().count() == 1 and words_to("proposal") == 1


def test_a_proposal_may_be_changed_while_it_waits(marta, cast, at):
    request = asked(cast, at=at)
    first = proposed(cast, request, at=at)
    assert f'name="seen" value="{first.id}-waiting"' in home(marta)
    answer = send(marta, f"invio/{referral_of(request).id}/proposta", seen=f"{first.id}-waiting",
                  **{**MONDAY_AT_FOUR, "start": "17:00"})
    assert answer.status_code == 303
    assert [one.state for one in Proposal.select().order_by(Proposal.id)] == ["withdrawn", "waiting"]
    assert "Hai proposto lun 7/12 dalle 17 alle 20." in home(marta)


@pytest.mark.parametrize("htmx", [True, False])
def test_a_page_from_before_the_person_answered_is_too_late(marta, cast, at, htmx):
    request = asked(cast, at=at)
    proposal = countered(cast, request, at=at)
    answer = send(marta, f"invio/{referral_of(request).id}/proposta", htmx=htmx, seen=f"{proposal.id}-waiting", **MONDAY_AT_FOUR)
    assert answer.status_code == 409
    assert "lunedì 7 dicembre, dalle 10 alle 13" in answer.text and "La persona lo chiede invece di " in answer.text
    assert Proposal.select().count() == 1


def test_after_the_person_said_yes_nothing_is_proposed_any_more(marta, cast, at):
    request = asked(cast, at=at)
    proposal = proposed(cast, request, at=at)
    agreeing.accept(proposal, by=as_gianni(cast), at=at)
    answer = send(marta, f"invio/{referral_of(request).id}/proposta", seen=f"{proposal.id}-waiting", **MONDAY_AT_FOUR)
    assert answer.status_code == 409
    assert "lunedì 7 dicembre, dalle 16 alle 19" in answer.text    # what was agreed, not what was asked
    assert "Confermata. Resta da decidere chi va." in answer.text


def test_what_a_colleague_took_is_proposed_only_knowingly(phone_of, cast, at):
    referral, anna = referral_of(asked(cast, at=at)), phone_of(cast.anna)
    answering.take(referral, cast.marta, at=at)
    answer = send(anna, f"invio/{referral.id}/proposta", **MONDAY_AT_FOUR)
    assert answer.status_code == 409 and "L&#39;ha presa Marta." in answer.text
    answer = send(anna, f"invio/{referral.id}/proposta", instead_of=str(cast.marta.id), **MONDAY_AT_FOUR)
    assert answer.status_code == 303
    assert Proposal.get().operator == cast.anna


def test_the_confirmation_of_an_older_page_does_not_undo_a_proposal(marta, cast, at):
    request = asked(cast, at=at)
    proposed(cast, request, at=at)
    assert send(marta, f"invio/{referral_of(request).id}/conferma", worker="me").status_code == 409
    assert Proposal.get().state == "waiting" and not Appointment.select().exists()


def test_a_meal_is_as_long_as_it_is(marta, cast, at):
    request = asked(cast, at=at, service=cast.pasto, quantity=2, begins="12:00", ends="12:30")
    fields = {name: value for name, value in MONDAY_AT_FOUR.items() if name != "length"}
    assert send(marta, f"invio/{referral_of(request).id}/proposta", **fields).status_code == 303
    assert Proposal.get().ends_at == moment(MONDAY, "16:30")


def test_what_is_urgent_says_so_with_the_minutes_left(marta, cast, at):
    asked(cast, at=at, on=date(2026, 12, 2))
    page = home(marta)
    assert "urgente" in page and "preavviso breve" not in page
    assert "ancora 30 min" in page


# ---------------------------------------------------------------- a series

def test_a_weekly_request_says_its_days_and_what_is_left_out_here(marta, cast, at):
    Holiday.create(on=date(2026, 12, 10), name="Chiusura", cooperative=cast.melograno)
    asked(cast, at=at, on=date(2026, 12, 8), weekly=recurrence.Weekly((2, 4), until=date(2026, 12, 31)))
    page = home(marta)
    assert "6 visite: ogni martedì e giovedì, dalle 15 alle 18" in page
    assert "mar 15/12, gio 17/12, mar 22/12, gio 24/12, mar 29/12, gio 31/12" in page
    assert "mar 8/12" not in page     # a national holiday: the person never saw it
    assert "Saltate, perché è festa o siete chiusi: gio 10/12" in page


def test_a_series_may_be_proposed_on_another_weekday(marta, cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 9), weekly=every(3))
    page = home(marta)
    assert '<input checked id="weekdays-p' in page
    answer = send(marta, f"invio/{referral_of(request).id}/proposta", **MONDAY_AT_FOUR, weekdays=["5"])
    assert answer.status_code == 303
    proposal = Proposal.get()
    assert proposal.starts_at == moment(date(2026, 12, 11), "16:00")      # the first Friday from that Monday on
    assert len(proposal.visits) == 4 and proposal.weekly["weekdays"] == [5]
    assert "Hai proposto ogni venerdì da ven 11/12, dalle 16 alle 19." in home(marta)


def test_a_series_wants_a_weekday(marta, cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 9), weekly=every(3))
    answer = send(marta, f"invio/{referral_of(request).id}/proposta", htmx=True, **MONDAY_AT_FOUR)
    assert answer.status_code == 422 and "Scegli almeno un giorno della settimana." in answer.text


def test_a_series_on_days_when_nobody_comes_is_refused_in_words(marta, cast, at):
    for day in (9, 16, 23, 30):
        Holiday.create(on=date(2026, 12, day), name="Chiusura", cooperative=cast.melograno)
    request = asked(cast, at=at, on=date(2026, 12, 9), weekly=recurrence.Weekly((3,), until=date(2026, 12, 31)))
    path = f"invio/{referral_of(request).id}/"
    refused = send(marta, path + "conferma", htmx=True, worker="me")
    assert refused.status_code == 422
    assert "In quei giorni non viene nessuno" in refused.text and " open>" in refused.text
    answer = send(marta, path + "proposta", htmx=True, weekdays=["3"], **{**MONDAY_AT_FOUR, "day": "2026-12-09"})
    assert answer.status_code == 422 and "In quei giorni non viene nessuno" in answer.text
    assert ServiceRequest.get().state == "open"


def test_a_confirmed_series_is_one_card_and_one_undo_takes_all_of_it_back(marta, cast, at):
    request = asked(cast, at=at, on=date(2026, 12, 9), weekly=every(3))
    referral = referral_of(request)
    send(marta, f"invio/{referral.id}/conferma", worker="me")
    assert home(marta).count("Annulla la conferma") == 1
    send(marta, f"appuntamento/{Appointment.select().first().id}/ripensamento")
    assert not Appointment.select().where(Appointment.state != "cancelled").exists()
    assert "resta da confermare" in home(marta)


def test_a_busy_day_of_a_series_is_named(marta, cast, at):
    agreed(cast, at=at, on=date(2026, 12, 16), worker=cast.marta)
    request = asked(cast, at=at, on=date(2026, 12, 9), weekly=every(3))
    answer = send(marta, f"invio/{referral_of(request).id}/conferma", htmx=True, worker="me")
    assert answer.status_code == 422
    assert "Hai già un appuntamento mercoledì 16 dicembre dalle 15 alle 18." in answer.text


# ---------------------------------------------------------------- the person would pay more

@pytest.mark.parametrize("htmx", [True, False])
def test_who_would_pay_more_than_was_shown_must_be_asked(marta, cast, at, htmx):
    request = asked(cast, at=at)
    assert request.worker_cents == 3300
    Project.update(person_year_cents=0).where(Project.id == cast.project.id).execute()
    answer = send(marta, f"invio/{referral_of(request).id}/conferma", htmx=htmx, worker="me")
    assert answer.status_code == 409
    assert "ora la persona pagherebbe 66,00 € invece di 33,00 €. Serve il suo sì: mandale una proposta." in answer.text
    assert '<details open>' in answer.text and 'value="2026-12-04"' in answer.text
    assert not Appointment.select().exists()
    fields = {**MONDAY_AT_FOUR, "day": "2026-12-04", "start": "15:00"}
    assert send(marta, f"invio/{referral_of(request).id}/proposta", **fields).status_code == 303
    assert Proposal.get().worker_cents == 6600


def test_what_was_asked_is_confirmed_not_proposed(marta, cast, at):
    request = asked(cast, at=at)
    fields = {**MONDAY_AT_FOUR, "day": "2026-12-04", "start": "15:00", "length": "180"}
    answer = send(marta, f"invio/{referral_of(request).id}/proposta", **fields)
    assert answer.status_code == 422 and "confermalo, o scegline un altro" in answer.text
    assert not Proposal.select().exists()


# ---------------------------------------------------------------- the person asks for another time

def test_the_time_the_person_asks_for_is_one_tap_away(marta, cast, at):
    request = asked(cast, at=at)
    proposal = countered(cast, request, at=at)
    page = home(marta)
    assert "lunedì 7 dicembre, dalle 10 alle 13" in page and "La persona lo chiede invece di " in page
    assert "Va bene, vado io" in page and "1 da rispondere" in page
    assert 'value="10:00"' in page      # another proposal begins from there
    assert send(marta, f"proposta/{proposal.id}/conferma", worker="me").status_code == 303
    visit = Appointment.get()
    assert (visit.starts_at, visit.worker) == (moment(MONDAY, "10:00"), cast.marta)
    assert f'id="visit-{visit.id}"' in home(marta) and "Annulla la conferma" not in home(marta)


def test_of_two_colleagues_who_agree_the_second_is_too_late(marta, phone_of, cast, at):
    proposal = countered(cast, asked(cast, at=at), at=at)
    anna = phone_of(cast.anna)
    assert send(anna, f"proposta/{proposal.id}/conferma", htmx=True, worker="me").status_code == 200
    for htmx in (True, False):
        answer = send(marta, f"proposta/{proposal.id}/conferma", htmx=htmx, worker="me")
        assert answer.status_code == 409 and "Va Anna." in answer.text
    assert Appointment.select().count() == 1


def test_who_is_busy_then_cannot_be_sent_to_the_time_asked_for(marta, cast, at):
    proposal = countered(cast, asked(cast, at=at), at=at)
    agreed(cast, at=at, on=MONDAY, begins="12:00", ends="14:00", worker=cast.anna)
    answer = send(marta, f"proposta/{proposal.id}/conferma", htmx=True, worker=str(cast.anna.id))
    assert answer.status_code == 422
    assert "Anna ha già un appuntamento dalle 12 alle 14." in answer.text
    assert send(marta, f"proposta/{proposal.id}/conferma", worker="").status_code == 422


def test_the_time_asked_for_is_proposed_when_the_person_would_pay_more(marta, cast, at):
    proposal = countered(cast, asked(cast, at=at), at=at)
    Project.update(person_year_cents=0).where(Project.id == cast.project.id).execute()
    answer = send(marta, f"proposta/{proposal.id}/conferma", htmx=True, worker="me")
    assert answer.status_code == 409
    assert "66,00 € invece di 33,00 €" in answer.text
    assert 'value="10:00"' in answer.text and " open>" in answer.text


def test_no_to_the_time_asked_for_passes_the_request_on(marta, cast, at):
    request = asked(cast, at=at)
    proposal = countered(cast, request, at=at)
    referral = referral_of(request)
    assert send(marta, f"invio/{referral.id}/rifiuto", reason="hours").status_code == 409     # an older page
    assert send(marta, f"invio/{referral.id}/rifiuto", seen=f"{proposal.id}-countered", reason="hours").status_code == 303
    assert referral_of(request).cooperative == cast.quercia
    assert Proposal.get().state == "withdrawn"


def test_a_time_asked_for_that_has_passed_can_only_be_answered_with_another(marta, cast, at):
    proposal = countered(cast, asked(cast, at=at), at=at, on=TODAY, begins="11:00")
    with time_machine.travel(moment(TODAY, "11:30"), tick=False):
        page = home(marta)
        assert "Va bene, vado io" not in page and "Proponi un altro orario" in page
        assert send(marta, f"proposta/{proposal.id}/conferma", worker="me").status_code == 409


# ---------------------------------------------------------------- planned visits are moved

def test_a_planned_visit_stays_until_the_person_agrees_to_move_it(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.marta)
    answer = send(marta, f"appuntamento/{visit.id}/proposta", htmx=True, **MONDAY_AT_FOUR)
    assert answer.status_code == 200
    assert "Proposto: lun 7/12 16-19. La persona risponde entro" in answer.text
    assert "proposto: lun 7/12 16-19, in attesa" in answer.text
    assert Appointment.get().starts_at == moment(FRIDAY, "15:00")
    agreeing.accept(Proposal.get(), by=as_gianni(cast), at=at)
    assert Appointment.get().starts_at == moment(MONDAY, "16:00")


def test_a_move_pressed_twice_is_proposed_once(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.marta)
    codes = [send(marta, f"appuntamento/{visit.id}/proposta", **MONDAY_AT_FOUR).status_code for _ in range(2)]
    assert codes == [303, 409]
    assert words_to("proposal") == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_a_move_that_cannot_be_keeps_what_was_typed(marta, cast, at, htmx):
    [visit] = agreed(cast, at=at, worker=cast.marta)
    agreed(cast, at=at, on=MONDAY, begins="18:00", ends="20:00", worker=cast.anna)
    for typed, words in (({"day": "2026-11-30"}, "Questo giorno è già passato."),
                         ({"worker": str(cast.anna.id)}, "Anna ha già un appuntamento dalle 18 alle 20.")):
        answer = send(marta, f"appuntamento/{visit.id}/proposta", htmx=htmx, **{**MONDAY_AT_FOUR, **typed})
        assert answer.status_code == 422
        assert words in answer.text
        assert answer.text.count('<details open>') == 2 and 'value="16:00"' in answer.text    # its fold, and that of the form
    assert not Proposal.select().exists()


def test_this_visit_and_those_after_it_move_together(marta, cast, at):
    visits = agreed(cast, at=at, on=date(2026, 12, 9), weekly=every(3), worker=cast.marta)
    page = home(marta)
    assert "Questa e le seguenti" in page
    fields = {**MONDAY_AT_FOUR, "day": "2026-12-17", "start": "15:00"}
    assert send(marta, f"appuntamento/{visits[1].id}/proposta", scope="following", **fields).status_code == 303
    assert Proposal.get().following
    assert "Proposto: gio 17/12 15-18." in home(marta)
    agreeing.accept(Proposal.get(), by=as_gianni(cast), at=at)
    moved = Appointment.select().order_by(Appointment.starts_at)
    assert [recurrence.weekday(one.starts_at) for one in moved] == [3, 4, 4, 4]


def test_a_later_visit_is_moved_from_its_own_link(marta, cast, at):
    [visit] = agreed(cast, at=at, on=date(2027, 1, 20), worker=cast.marta)
    assert "Proponi di spostarla" not in home(marta)
    assert f"?visita={visit.id}#visit-{visit.id}" in home(marta)
    assert "Proponi di spostarla" in home(marta, f"?visita={visit.id}")
    for nonsense in ("0", "x", "9" * 30, "-1"):
        assert "Proponi di spostarla" not in home(marta, f"?visita={nonsense}")


def test_what_has_begun_or_is_called_off_does_not_move(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.marta)
    with time_machine.travel(moment(FRIDAY, "16:00"), tick=False):
        assert "Proponi di spostarla" not in home(marta)
        answer = send(marta, f"appuntamento/{visit.id}/proposta", **MONDAY_AT_FOUR)
        assert answer.status_code == 409 and "È già cominciato" in answer.text
    ending.cancel(visit.request, by=as_gianni(cast), at=at)
    for htmx in (True, False):
        answer = send(marta, f"appuntamento/{visit.id}/proposta", htmx=htmx, **MONDAY_AT_FOUR)
        assert answer.status_code == 409 and "Nel frattempo è stato annullato." in answer.text


def test_who_goes_may_change_from_one_visit_on(marta, cast, at):
    visits = agreed(cast, at=at, on=date(2026, 12, 9), weekly=every(3), worker=cast.marta)
    assert send(marta, f"appuntamento/{visits[2].id}/chi-va", worker=str(cast.anna.id), scope="following").status_code == 303
    assert [one.worker.name for one in Appointment.select().order_by(Appointment.starts_at)] == ["Marta", "Marta", "Anna", "Anna"]


# ---------------------------------------------------------------- the person asks to move a visit

def wished(cast, visit, *, at, **more):
    """Gianni asks to move a planned visit to Monday at ten."""
    return changing.ask_change(visit, moment(MONDAY, "10:00"), by=as_gianni(cast), at=at, **more)


def test_a_move_to_a_holiday_is_pointed_out_before_it_is_agreed(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.anna)
    assert "quel giorno è festa" not in home(marta)
    changing.ask_change(visit, moment(date(2026, 12, 8), "10:00"), by=as_gianni(cast), at=at)
    assert "quel giorno è festa" in home(marta)


def test_a_move_the_person_asks_for_is_answered_at_the_top(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.anna)
    proposal = wished(cast, visit, at=at)
    page = home(marta)
    assert "1 da rispondere" in page
    assert "lunedì 7 dicembre, dalle 10 alle 13" in page and "invece di ven 4/12 dalle 15 alle 18" in page
    assert "la persona chiede di spostarla" in page
    assert page.count("Proponi di spostarla") == 0      # it is answered at the top
    assert send(marta, f"proposta/{proposal.id}/conferma", worker=str(cast.anna.id)).status_code == 303
    visit = Appointment.get()
    assert (visit.starts_at, visit.worker) == (moment(MONDAY, "10:00"), cast.anna)
    page = home(marta)
    assert "Spostata: ora è lun 7/12 dalle 10 alle 13. Avvisiamo la persona." in page and "Niente da rispondere" in page


def test_a_move_may_be_refused_and_the_visit_stays(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.anna)
    proposal = wished(cast, visit, at=at)
    assert send(marta, f"proposta/{proposal.id}/rifiuto").status_code == 303
    assert "Resta com&#39;era: ven 4/12 dalle 15 alle 18. Avvisiamo la persona." in home(marta)
    assert Proposal.get().state == "declined" and words_to("not_moved") == 1
    late = send(marta, f"proposta/{proposal.id}/conferma", worker="me")
    assert late.status_code == 409
    assert "Resta com&#39;era: ven 4/12 dalle 15 alle 18." in late.text


def test_a_third_time_may_be_proposed_instead(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.marta)
    proposal = wished(cast, visit, at=at)
    wrong = send(marta, f"appuntamento/{visit.id}/proposta", seen=f"{proposal.id}-countered", **{**MONDAY_AT_FOUR, "start": "x"})
    assert wrong.status_code == 422
    assert '<details open>' in wrong.text and 'value="x"' in wrong.text
    answer = send(marta, f"appuntamento/{visit.id}/proposta", seen=f"{proposal.id}-countered", **MONDAY_AT_FOUR)
    assert answer.status_code == 303
    assert [one.state for one in Proposal.select().order_by(Proposal.id)] == ["withdrawn", "waiting"]
    assert send(marta, f"proposta/{proposal.id}/rifiuto").status_code == 409


def test_who_is_busy_cannot_go_to_a_moved_visit(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.anna)
    agreed(cast, at=at, on=MONDAY, begins="12:00", ends="14:00", worker=cast.anna)
    proposal = wished(cast, visit, at=at)
    answer = send(marta, f"proposta/{proposal.id}/conferma", worker=str(cast.anna.id))
    assert answer.status_code == 422 and "Anna ha già un appuntamento dalle 12 alle 14." in answer.text
    assert Appointment.get_by_id(visit.id).starts_at == moment(FRIDAY, "15:00")


def test_what_was_proposed_about_a_request_is_not_refused_as_a_move(marta, cast, at):
    proposal = countered(cast, asked(cast, at=at), at=at)
    assert send(marta, f"proposta/{proposal.id}/rifiuto").status_code == 404
    assert Proposal.get().state == "countered"


@pytest.mark.parametrize("noun", ["conferma", "rifiuto"])
def test_a_move_that_they_proposed_themselves_is_the_person_s_to_answer(marta, cast, at, noun):
    [visit] = agreed(cast, at=at, worker=cast.marta)
    send(marta, f"appuntamento/{visit.id}/proposta", **MONDAY_AT_FOUR)
    answer = send(marta, f"proposta/{Proposal.get().id}/{noun}", worker="me")
    assert answer.status_code == 409 and "ecco com'è ora" in answer.text.replace("&#39;", "'")
    assert Proposal.get().state == "waiting"


# ---------------------------------------------------------------- nobody can come

def test_a_visit_given_back_is_sought_elsewhere_at_once(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.anna)
    answer = send(marta, f"appuntamento/{visit.id}/rinuncia", htmx=True, reason="ill")
    assert answer.status_code == 200
    assert "cerchiamo subito un&#39;altra cooperativa e avvisiamo la persona." in answer.text
    assert f'id="visit-{visit.id}"' not in answer.text and f"ven 4/12 15-18, {visit.request.reference}" in answer.text
    row = Appointment.get()
    assert (row.state, row.cancelled_by, row.reason) == ("cancelled", "cooperative", "ill")
    assert referral_of(visit.request).cooperative == cast.quercia
    assert words_to("substitute_sought") == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_given_back_twice_it_is_sought_once(marta, cast, at, htmx):
    [visit] = agreed(cast, at=at, worker=cast.anna)
    send(marta, f"appuntamento/{visit.id}/rinuncia", reason="full")
    answer = send(marta, f"appuntamento/{visit.id}/rinuncia", htmx=htmx, reason="full")
    assert answer.status_code == 409
    assert "Avete già detto che non potete: cerchiamo un&#39;altra cooperativa." in answer.text
    assert Referral.select().count() == 2 and words_to("substitute_sought") == 1


def test_giving_back_wants_a_reason(marta, cast, at):
    [visit] = agreed(cast, at=at)
    answer = send(marta, f"appuntamento/{visit.id}/rinuncia", htmx=True)
    assert answer.status_code == 422 and "Scegli un motivo." in answer.text
    assert Appointment.get().state == "planned"


def test_one_visit_of_a_series_is_given_back_or_all_that_follow(marta, cast, at):
    visits = agreed(cast, at=at, on=date(2026, 12, 9), weekly=every(3), worker=cast.marta)
    send(marta, f"appuntamento/{visits[0].id}/rinuncia", reason="ill", scope="one")
    send(marta, f"appuntamento/{visits[2].id}/rinuncia", reason="full", scope="following")
    states = [one.state for one in Appointment.select().order_by(Appointment.starts_at)]
    assert states == ["cancelled", "planned", "cancelled", "cancelled"]
    assert "cerchiamo subito un&#39;altra cooperativa" in home(marta)


def test_the_visits_that_another_cooperative_gave_back_are_proposed_as_they_are(phone_of, marta, cast, at):
    visits = agreed(cast, at=at, on=date(2026, 12, 9), weekly=every(3), worker=cast.marta)
    send(marta, f"appuntamento/{visits[1].id}/rinuncia", reason="full", scope="following")
    luca = phone_of(cast.luca)
    assert "3 visite da mer 16/12, dalle 15 alle 18" in home(luca)
    referral = referral_of(ServiceRequest.get(ServiceRequest.instead_of == visits[0].request))
    fields = {**MONDAY_AT_FOUR, "day": "2026-12-17", "start": "10:00"}
    assert send(luca, f"invio/{referral.id}/proposta", **fields).status_code == 303
    assert "Hai proposto 3 visite da gio 17/12, dalle 10 alle 13." in home(luca)
    assert [planning.Visit.of(one).starts_at for one in Proposal.get().visits] == [
        moment(date(2026, 12, day), "10:00") for day in (17, 24, 31)]


# ---------------------------------------------------------------- the list

def test_a_visit_says_that_the_person_confirmed_it(marta, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.marta)
    assert "confermata dalla persona" not in home(marta)
    reminding.say_yes(visit, by=as_gianni(cast), at=at)
    assert "confermata dalla persona" in home(marta)


def test_what_nobody_goes_to_tomorrow_stands_first(marta, cast, at):
    tomorrow = TODAY + timedelta(days=1)
    [early] = agreed(cast, at=at, on=tomorrow, begins="08:00", ends="10:00", worker=cast.marta)
    [late] = agreed(cast, at=at, on=tomorrow, begins="18:00", ends="20:00")
    page = home(marta)
    assert page.index(late.request.reference) < page.index(early.request.reference)
    assert '<span class="badge needs">' in page


# ---------------------------------------------------------------- strangers

def test_who_only_goes_neither_moves_nor_gives_back(phone_of, cast, at):
    [visit] = agreed(cast, at=at, worker=cast.bruno)
    proposal = wished(cast, visit, at=at)
    bruno, before = phone_of(cast.bruno), Event.select().count()
    page = home(bruno)
    assert "Proponi di spostarla" not in page and "Non possiamo andare" not in page and "Va bene" not in page
    for path in (f"appuntamento/{visit.id}/proposta", f"appuntamento/{visit.id}/rinuncia",
                 f"proposta/{proposal.id}/conferma", f"proposta/{proposal.id}/rifiuto"):
        assert send(bruno, path, reason="full", **MONDAY_AT_FOUR).status_code == 404, path
    assert Event.select().count() == before


def test_another_cooperative_finds_none_of_it(phone_of, cast, at):
    rosa = phone_of(cast.outsider)
    referral = referral_of(asked(cast, at=at))
    [visit] = agreed(cast, at=at, worker=cast.marta)
    countered_one, wish = countered(cast, asked(cast, at=at), at=at), wished(cast, visit, at=at)
    before = Event.select().count()
    for path in (f"invio/{referral.id}/proposta", f"appuntamento/{visit.id}/proposta", f"appuntamento/{visit.id}/rinuncia",
                 *(f"proposta/{one.id}/{verb}" for one in (countered_one, wish) for verb in ("conferma", "rifiuto"))):
        assert send(rosa, path, reason="full", **MONDAY_AT_FOUR).status_code == 404, path
    assert Event.select().count() == before


def test_the_page_costs_the_same_with_however_many_proposals(marta, cast, at):
    def cost():
        asked_of_the_database, execute = [], db.obj.execute_sql
        db.obj.execute_sql = lambda sql, *a, **k: asked_of_the_database.append(sql) or execute(sql, *a, **k)
        try:
            home(marta)
        finally:
            db.obj.execute_sql = execute
        return asked_of_the_database

    def some_of_each(day):
        proposed(cast, asked(cast, at=at, on=day), at=at, on=day, begins="08:00", ends="11:00")
        countered(cast, asked(cast, at=at, on=day), at=at, on=day, begins="10:00")
        wished(cast, agreed(cast, at=at, on=day, begins="18:00", ends="20:00")[0], at=at)
        asked(cast, at=at, on=day, weekly=every(1, 3))

    Project.update(grant_max_cents=10**8, person_year_cents=10**8).execute()
    some_of_each(date(2026, 12, 10))
    few = cost()
    for later in range(12):
        some_of_each(date(2026, 12, 11) + timedelta(days=later))
    assert len(cost()) == len(few), "\n".join(cost())
    assert len(few) <= 3 + 7, "\n".join(few)   # what test_operator_door.py counts, and when it is closed


# ---------------------------------------------------------------- the link of an SMS, on a strange browser

def test_a_strange_browser_neither_proposes_nor_reads_what_is_asked_instead(app, cast, at):
    request = asked(cast, at=at)
    link = link_for("referral", at=at, operator=cast.marta, referral=referral_of(request))
    browser = app.test_client()
    follow(browser, link)
    proposal = proposed(cast, request, at=at, worker=cast.marta)
    page = browser.get(f"/invio/{link.id}/").text
    assert "Hai proposto lun 7/12 dalle 16 alle 19." in page and "Cambia la proposta" not in page
    agreeing.counter(proposal, moment(MONDAY, "10:00"), by=as_gianni(cast), at=at)
    page = browser.get(f"/invio/{link.id}/").text
    assert "La persona ha chiesto un altro orario: conferma questo telefono per rispondere." in page
    assert "dalle 10 alle 13" not in page and "Confermo" not in page


# ---------------------------------------------------------------- in a real browser

@pytest.fixture
def phone(live, page, cast, at):
    """Marta's phone, a real one, trusted; `phone.home()` opens her page."""
    class Cookies:
        def set_cookie(self, name, value):
            page.context.add_cookies([{"name": name, "value": value, "url": live.url}])

    trust(Cookies(), cast.marta, at=at)
    page.home = lambda: page.goto(f"{live.url}/operatore/{cast.marta.id}/")
    return page


@pytest.mark.browser
def test_with_javascript_a_refused_proposal_is_put_right_where_it_stands(phone, cast, at):
    referral = referral_of(asked(cast, at=at))
    phone.home()
    phone.evaluate("window.same = true")   # gone, were the page loaded again
    card = phone.locator(f"#referral-{referral.id}")
    card.get_by_text("Proponi un altro orario").click()
    card.get_by_label("Che giorno?").fill("2026-11-30")
    card.get_by_label("A che ora si comincia?").fill("16:30")
    card.get_by_role("button", name="Manda la proposta").click()
    card.locator(f"#day-p{referral.id}-error").wait_for()
    assert card.get_by_label("A che ora si comincia?").input_value() == "16:30"
    card.get_by_label("Che giorno?").fill("2026-12-07")
    card.get_by_role("button", name="Manda la proposta").click()
    card.get_by_text("Hai proposto lun 7/12 dalle 16:30 alle 19:30.").wait_for()
    assert phone.evaluate("window.same")
    assert Proposal.get().starts_at == moment(MONDAY, "16:30")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_propose_and_move(phone, cast, at, axe, width, scheme):
    proposed(cast, asked(cast, at=at), at=at)
    countered(cast, asked(cast, at=at), at=at)
    wished(cast, agreed(cast, at=at, on=TODAY, begins="18:00", ends="20:00", worker=cast.anna)[0], at=at)
    agreed(cast, at=at, on=date(2026, 12, 2), weekly=every(3), worker=None)
    asked(cast, at=at, on=date(2026, 12, 9), weekly=every(2, 4))
    phone.set_viewport_size({"width": width, "height": 740})
    phone.emulate_media(color_scheme=scheme)
    phone.home()
    phone.evaluate("document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); one.open = true })")
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == width
