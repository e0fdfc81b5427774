"""The employee's door while people agree: every week, a proposal answered, a visit moved, called off, said yes to."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from cast import asked, follow, link_for, make_cast, moment, referral_of
from pages import cost, words

from actions import agreeing, answering, changing, ending, trusting
from actions.moves import Actor
from actions.planning import Slot
from models import Appointment, Coordination, DeskItem, Holiday, Project, Proposal, ServiceRequest
from rules.recurrence import Weekly

DAY = timedelta(days=1)
FORM = {"place": "016183", "day": "2026-12-04", "start": "15:00", "length": "180", "number": "1", "age": "3-5"}
WEEKLY = {**FORM, "repeats": "weekly", "weekdays": ["2", "4"], "times": "8"}


@pytest.fixture
def cast(app, at):
    return make_cast(at - 2 * DAY)


@pytest.fixture
def gianni(client, cast, at):
    """Gianni's page is open in this browser; the fixture is its address."""
    return follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path


def slot(on=date(2026, 12, 7), begins="16:00", ends="19:00", weekly=None):
    return Slot(moment(on, begins), moment(on, ends), weekly)


def proposed(cast, at, when=None, worker="marta", **wish):
    """Gianni asked; Marta proposes Monday from 16 to 19 instead."""
    referral = referral_of(asked(cast, at=at, **wish))
    return agreeing.propose(referral, when or slot(), worker and getattr(cast, worker),
                            by=Actor("operator", cast.marta.id), at=at, operator=cast.marta)


def planned(cast, at, **wish):
    """Visits that were agreed yesterday: Gianni knows of them."""
    request = asked(cast, at=at - DAY, **{"on": date(2026, 12, 10), **wish})
    return answering.confirm(referral_of(request), cast.marta, cast.marta, at=at - DAY)


def series(cast, at, times=4):
    """So many Thursdays from 15 to 18."""
    return planned(cast, at, weekly=Weekly((4,), times=times))


def filled(client, gianni, **fields):
    page = client.get(f"{gianni}chiedi/figli/BS")
    key = re.search(r'name="ask_key"[^>]*value="([^"]+)"', page.text)[1]
    return client.send(f"{gianni}chiedi/figli/BS", ask_key=key, **fields)


def hidden(page, number=0):
    """The hidden fields of one of the page's forms, each with all its values."""
    form, kept = page.text.split("<form")[number + 1].split("</form>")[0], {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        kept.setdefault(name, []).append(value)
    return kept


# ---------------------------------------------------------------- every week

def test_a_weekly_wish_is_read_back_with_its_days_what_is_skipped_and_what_it_costs(client, cast, gianni):
    page = filled(client, gianni, **WEEKLY)
    said = words(page)
    assert "8 visite: ogni martedì e giovedì, dalle 15 alle 18" in said
    assert "La prima gio 10/12" in said and "Saltiamo: mar 8/12 (festa)" in said
    assert "264,00" in said and "A visita: 66,00 €, tu ne paghi 33,00." in said
    client.post(f"{gianni}richieste", data=hidden(page))
    request = ServiceRequest.get()
    assert (request.visits, request.worker_cents, request.starts_at) == (8, 26400, moment(date(2026, 12, 10), "15:00"))
    assert request.weekly == Weekly((2, 4), times=8).kept()


def test_changing_something_of_a_weekly_wish_keeps_every_weekday(client, cast, gianni):
    page = filled(client, gianni, **WEEKLY)
    again = client.post(f"{gianni}chiedi/figli/BS", data={**hidden(page, 1), "change": "1"})
    assert again.status_code == 200
    assert set(re.findall(r'<input checked id="weekdays-\d" name="weekdays" type="checkbox" value="(\d)"', again.text)) == {"2", "4"}
    assert 'value="8"' in again.text and 'checked id="repeats-1"' in again.text


@pytest.mark.parametrize("field, typed, said", [
    ("weekdays", {"weekdays": []}, "almeno un giorno della settimana"),
    ("until", {"times": ""}, "fino a che giorno, oppure per quante volte"),
    ("until", {"until": "2027-01-31"}, "una cosa sola"),
    ("until", {"times": "", "until": "2026-12-03"}, "prima del giorno in cui si comincia"),
    ("until", {"times": "", "until": "2028-12-03"}, "troppo lontano"),
    ("until", {"times": "", "until": "31/2/2027"}, "non esiste"),
    ("until", {"times": "", "until": "2026-12-10"}, "almeno due volte"),
    ("until", {"times": "", "until": "2027-11-30"}, "più di 60 volte"),
    ("day", {"day": "9999-12-30", "answer_by": "2026-12-02"}, "troppo lontano"),
    ("times", {"times": "1"}, "da 2 a 52"),
    ("times", {"times": "tre"}, "da 2 a 52"),
    ("times", {"times": "52", "weekdays": ["1"]}, "In un anno ce ne stanno"),
    ("start", {"day": "2026-12-01", "weekdays": ["2"], "start": "08:00"}, "già passato"),
])
def test_what_is_wrong_with_the_weeks_is_said_beside_its_field(client, cast, gianni, field, typed, said):
    page = filled(client, gianni, **{**WEEKLY, **typed})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text and said in words(page)
    assert 'checked id="repeats-1"' in page.text


def test_days_on_which_nobody_comes_are_no_series(client, cast, gianni):
    for week in range(5):
        Holiday.create(on=date(2026, 12, 8) + week * 7 * DAY, name="chiuso", project=cast.project)
    page = filled(client, gianni, **{**WEEKLY, "times": "", "until": "2027-01-06", "weekdays": ["2"]})
    assert page.status_code == 422 and "giorni di festa o di chiusura" in words(page)


def test_what_was_typed_about_weeks_does_not_matter_for_once(client, cast, gianni):
    page = filled(client, gianni, **{**WEEKLY, "repeats": "once", "until": "31/2/2027", "times": "-5"})
    assert page.status_code == 200 and "venerdì 4 dicembre, dalle 15 alle 18" in words(page)


def test_a_closure_of_the_project_is_skipped_as_closed(client, cast, gianni):
    Holiday.create(on=date(2026, 12, 15), name="patrono", project=cast.project)
    assert "mar 8/12 (festa), mar 15/12 (chiuso)" in words(filled(client, gianni, **WEEKLY))


# ---------------------------------------------------------------- what is said before sending

def test_what_the_ceiling_leaves_to_the_worker_is_said_before_sending(client, cast, gianni):
    Project.update(person_year_cents=5000).where(Project.id == cast.project.id).execute()
    said = words(filled(client, gianni, **{**WEEKLY, "times": "3"}))
    assert "La tua disponibilità di quest'anno non basta" in said and "può pagare 50,00 €" in said
    assert "Tu, dopo, alla cooperativa 148,00 €" in said


def test_when_the_project_s_money_ends_nothing_is_said_of_one_s_own_ceiling(client, cast, gianni):
    Project.update(grant_max_cents=1000).where(Project.id == cast.project.id).execute()
    said = words(filled(client, gianni, **FORM))
    assert "I fondi del progetto non bastano" in said and "disponibilità" not in said


def test_nothing_is_said_of_ceilings_while_there_is_room(client, cast, gianni):
    assert "finito" not in words(filled(client, gianni, **WEEKLY))


def test_urgent_says_who_reads_it_and_until_then_what_to_do(client, cast, gianni):
    said = words(filled(client, gianni, **{**FORM, "day": "2026-12-02"}))
    assert "È urgente: avvisiamo subito chi è di turno" in said and "112" not in said
    Coordination.update(on_duty=False).execute()
    with time_machine.travel(moment(date(2026, 12, 1), "21:00"), tick=False):
        said = words(filled(client, gianni, **{**FORM, "day": "2026-12-02"}))
        assert "la leggiamo da mer 2/12 ore 8." in said and "112" in said and "116117" in said
        Project.update(urgent_words="Chiama il pronto intervento.").where(Project.id == cast.project.id).execute()
        assert "Chiama il pronto intervento." in words(filled(client, gianni, **{**FORM, "day": "2026-12-02"}))


def test_what_is_not_urgent_says_nothing_of_it(client, cast, gianni):
    assert "urgente" not in words(filled(client, gianni, **FORM))


# ---------------------------------------------------------------- a proposal

def test_a_proposal_waits_on_top_of_the_page_with_all_one_needs_to_answer(client, cast, gianni, at):
    proposal = proposed(cast, at)
    home = client.get(gianni)
    said = words(home)
    assert said.index("Aspettiamo te") < said.index("proposta per te") < said.index("Chiedi qualcosa")
    assert "lunedì 7 dicembre, dalle 16 alle 19" in said
    assert "Avevi chiesto: ven 4/12, 15-18" in said and "Ti propongono: lun 7/12, 16-19" in said
    assert "Viene Marta, della cooperativa Il Melograno." in said and "Vale fino a" in said
    assert "33,00" in said and "Una persona: 035 0000000" in said
    page = client.get(f"{gianni}richieste/{proposal.request.reference}")
    assert all(noun in page.text for noun in ("/accettazione", "/controproposta", "/rifiuto", "/telefonata"))


def test_yes_plans_the_visit_and_a_second_yes_finds_it_planned(client, cast, gianni, at):
    proposal = proposed(cast, at)
    page = client.get(gianni)
    answer = client.press(page, f"{gianni}proposte/{proposal.id}/accettazione", follow=False)
    assert answer.status_code == 303 and answer.location.endswith(proposal.request.reference)
    assert [visit.starts_at for visit in Appointment.select()] == [moment(date(2026, 12, 7), "16:00")]
    seen = words(client.get(answer.location))
    assert "confermata" in seen and "lunedì 7 dicembre, dalle 16 alle 19" in seen
    again = client.press(page, f"{gianni}proposte/{proposal.id}/accettazione")
    assert again.status_code == 409 and "Nel frattempo è cambiato qualcosa" in again.text and "confermata" in words(again)
    assert Appointment.select().count() == 1


def test_an_answer_to_a_replaced_proposal_draws_the_one_that_is_true_now(client, cast, gianni, at):
    old = proposed(cast, at)
    page = client.get(gianni)
    new = agreeing.propose(Proposal.get_by_id(old.id).referral, slot(begins="10:00", ends="13:00"), None,
                           by=Actor("operator", cast.marta.id), at=at, operator=cast.marta)
    for noun, typed in (("accettazione", {}), ("rifiuto", {}), ("telefonata", {}),
                        ("controproposta", {"day": "nonsense", "start": "9"})):
        answer = client.press(page, f"{gianni}proposte/{old.id}/{noun}", **typed)
        assert answer.status_code == 409 and "dalle 10 alle 13" in answer.text
        assert f"/proposte/{new.id}/accettazione" in answer.text and f"/proposte/{old.id}/" not in answer.text
    assert Proposal.get_by_id(new.id).state == "waiting" and not Appointment.select().exists()
    assert not DeskItem.select().exists()


def test_no_says_that_another_cooperative_is_sought_and_seeks_it(client, cast, gianni, at):
    proposal = proposed(cast, at)
    page = client.get(f"{gianni}richieste/{proposal.request.reference}")
    assert "Cerchiamo un'altra cooperativa" in words(page)
    answer = client.press(page, f"{gianni}proposte/{proposal.id}/rifiuto")
    assert "in attesa della cooperativa" in words(answer)
    assert referral_of(proposal.request).cooperative == cast.quercia
    assert client.press(page, f"{gianni}proposte/{proposal.id}/rifiuto").status_code == 409


def test_another_time_is_asked_once_and_the_card_says_until_when_it_is_answered(client, cast, gianni, at):
    proposal = proposed(cast, at)
    page = client.get(gianni)
    answer = client.press(page, f"{gianni}proposte/{proposal.id}/controproposta", day="2026-12-09", start="10")
    said = words(answer)
    assert "Hai chiesto mer 9/12 ore 10: la cooperativa ti risponde entro" in said and "Aspettiamo te" not in words(client.get(gianni))
    assert Proposal.get_by_id(proposal.id).counter_ends_at == moment(date(2026, 12, 9), "13:00")
    assert client.press(page, f"{gianni}proposte/{proposal.id}/controproposta", day="2026-12-09", start="10").status_code == 409
    agreeing.propose(proposal.referral, slot(begins="09:00", ends="12:00"), None, by=Actor("operator", 1), at=at, operator=cast.marta)
    again = client.get(gianni)
    assert "Chiedi un altro orario" not in again.text and "Preferisco parlarne" in again.text


def test_a_second_round_typed_by_hand_is_sent_to_the_phone(client, cast, gianni, at):
    proposal = proposed(cast, at)
    agreeing.counter(proposal, moment(date(2026, 12, 9), "10:00"), by=Actor("employee", cast.gianni.id), at=at)
    new = agreeing.propose(proposal.referral, slot(), None, by=Actor("operator", 1), at=at, operator=cast.marta)
    answer = client.send(f"{gianni}proposte/{new.id}/controproposta", day="2026-12-09", start="11:00")
    assert answer.status_code == 409 and "meglio parlarne" in answer.text
    assert Proposal.get_by_id(new.id).state == "waiting"


BAD_TIMES = [
    ("day", {"day": "2026-11-30"}, "già passato"),
    ("day", {"day": "29/2/2027"}, "non esiste"),
    ("day", {"day": ""}, "Scegli il giorno"),
    ("day", {"day": "2029-01-01"}, "troppo lontano"),
    ("day", {"day": "2026-12-11"}, "la cooperativa è chiusa"),
    ("start", {"day": "2027-03-28", "start": "02:30"}, "cambia l'ora"),
    ("start", {"day": "2026-12-01", "start": "08:00"}, "già passato"),
    ("start", {"start": "25:00"}, "Scrivi un'ora"),
    ("start", {"start": ""}, "ora di inizio"),
]


@pytest.mark.parametrize("field, typed, said", [*BAD_TIMES, ("start", {"day": "2026-12-07", "start": "16:00"}, "già questo")])
def test_another_time_that_cannot_be_is_said_beside_its_field_and_stays_typed(client, cast, gianni, at, field, typed, said):
    Holiday.create(on=date(2026, 12, 11), name="patrono", cooperative=cast.melograno)
    proposal = proposed(cast, at)
    answer = client.send(f"{gianni}proposte/{proposal.id}/controproposta", **{"day": "2026-12-09", "start": "10:00", **typed})
    assert answer.status_code == 422
    assert f'id="{field}-{proposal.id}-error"' in answer.text and said in words(answer) and "<details open>" in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values())
    assert Proposal.get_by_id(proposal.id).state == "waiting"


def test_another_time_for_a_series_on_several_days_is_asked_on_one_of_them(client, cast, gianni, at):
    twice = Weekly((1, 3), times=4)
    proposal = proposed(cast, at, when=slot(date(2026, 12, 14), weekly=twice), worker=None, on=date(2026, 12, 14), weekly=twice)
    path = f"{gianni}proposte/{proposal.id}/controproposta"
    refused = client.send(path, day="2026-12-18", start="11:00")
    assert refused.status_code == 422 and "Le visite sono ogni lunedì e mercoledì: scegli uno di questi giorni." in words(refused)
    assert client.send(path, day="2026-12-16", start="11:00").status_code == 303
    assert Proposal.get().counter_starts_at == moment(date(2026, 12, 16), "11:00")


def test_who_would_rather_talk_is_called_and_the_proposal_goes_on_waiting(client, cast, gianni, at):
    proposal = proposed(cast, at)
    page = client.get(gianni)
    for _ in range(2):
        answer = client.press(page, f"{gianni}proposte/{proposal.id}/telefonata")
        assert "ti chiamiamo" in answer.text
    assert DeskItem.get(DeskItem.kind == "call_back").request == proposal.request
    assert Proposal.get_by_id(proposal.id).state == "waiting"


def test_a_weekly_proposal_shows_its_days_and_what_each_costs(client, cast, gianni, at):
    weekly = Weekly((2, 4), times=6)
    proposal = proposed(cast, at, slot(date(2026, 12, 15), "10:00", "12:00", weekly), None,
                        on=date(2026, 12, 15), weekly=Weekly((2, 4), times=8))
    said = words(client.get(f"{gianni}richieste/{proposal.request.reference}"))
    assert "6 visite: ogni martedì e giovedì, dalle 10 alle 12" in said
    assert "Avevi chiesto: 8 visite: ogni martedì e giovedì, 15-18" in said
    assert "A visita: 44,00 €, tu ne paghi 22,00." in said and "giovedì 17 dicembre, 10-12" in said
    assert "La cooperativa Il Melograno decide chi viene." in said
    client.send(f"{gianni}proposte/{proposal.id}/accettazione")
    assert Appointment.select().count() == 6


def test_nobody_answers_what_was_proposed_to_somebody_else(client, cast, gianni, at):
    proposal = proposed(cast, at, employee=cast.sara)
    [visit] = planned(cast, at, employee=cast.sara)
    paths = [*(f"proposte/{proposal.id}/{noun}" for noun in ("accettazione", "controproposta", "rifiuto", "telefonata")),
             *(f"visite/{visit.id}/{noun}" for noun in ("conferma", "spostamento", "annullamento"))]
    assert {client.send(gianni + path, day="2026-12-09", start="10").status_code for path in paths} == {404}
    assert {client.get(gianni + path).status_code for path in paths} == {404}
    assert Proposal.get_by_id(proposal.id).state == "waiting" and Appointment.get_by_id(visit.id).state == "planned"


# ---------------------------------------------------------------- planned visits

def test_a_series_is_listed_visit_by_visit_and_one_is_called_off(client, cast, gianni, at):
    visits = series(cast, at)
    page = client.get(f"{gianni}richieste/{visits[0].request.reference}")
    said = words(page)
    assert "Le visite" in said and "gio 17/12, 15-18" in said and said.count("Sposta gio") == 4
    asked_once = client.get(f"{gianni}visite/{visits[1].id}/annullamento")
    assert "giovedì 17 dicembre" in words(asked_once) and "gratis fino a mar 15/12 ore 15" in words(asked_once)
    answer = client.press(asked_once, f"{gianni}visite/{visits[1].id}/annullamento", reason="ill")
    assert "disdetta da te" in words(answer)
    row = Appointment.get_by_id(visits[1].id)
    assert (row.state, row.reason, row.cancelled_late) == ("cancelled", "ill", False)
    assert [v.state for v in Appointment.select().order_by(Appointment.id)] == ["planned", "cancelled", "planned", "planned"]
    assert client.press(asked_once, f"{gianni}visite/{visits[1].id}/annullamento").status_code == 409


def test_calling_off_one_and_the_following_leaves_those_before(client, cast, gianni, at):
    visits = series(cast, at)
    page = client.get(f"{gianni}visite/{visits[2].id}/annullamento")
    client.press(page, f"{gianni}visite/{visits[2].id}/annullamento", scope="following")
    assert [v.state for v in Appointment.select().order_by(Appointment.id)] == ["planned", "planned", "cancelled", "cancelled"]


def test_the_last_visit_asks_nothing_of_following_ones(client, cast, gianni, at):
    visits = series(cast, at)
    assert "Questa e le seguenti" not in client.get(f"{gianni}visite/{visits[-1].id}/annullamento").text
    assert "Questa e le seguenti" not in client.get(f"{gianni}visite/{visits[-1].id}/spostamento").text


def test_calling_off_late_says_so_before(client, cast, gianni, at):
    [visit] = planned(cast, at, on=date(2026, 12, 2))
    assert "adesso conta come disdetta tardiva" in words(client.get(f"{gianni}visite/{visit.id}/annullamento"))
    client.send(f"{gianni}visite/{visit.id}/annullamento")
    assert Appointment.get_by_id(visit.id).cancelled_late


def test_cancelling_everything_of_a_series_says_how_many_and_why_it_was(client, cast, gianni, at):
    visits = series(cast, at)
    address = f"{gianni}richieste/{visits[0].request.reference}/annullamento"
    page = client.get(address)
    assert "tutte le 4 visite" in words(page)
    assert client.send(address, reason="nonsense").status_code == 422
    client.press(page, address, reason="no_need")
    request = ServiceRequest.get()
    assert (request.outcome, request.reason) == ("cancelled_by_employee", "no_need")
    assert {v.state for v in Appointment.select()} == {"cancelled"}


def test_a_visit_is_asked_to_be_moved_and_stays_as_it_is_until_the_answer(client, cast, gianni, at):
    visits = series(cast, at)
    page = client.get(f"{gianni}visite/{visits[1].id}/spostamento")
    assert "giovedì 17 dicembre" in words(page)
    answer = client.press(page, f"{gianni}visite/{visits[1].id}/spostamento", day="2026-12-18", start="9", scope="following")
    assert "Hai chiesto di spostare la visita di gio 17/12 a ven 18/12 ore 9" in words(answer)
    proposal = Proposal.get()
    assert (proposal.state, proposal.following, proposal.appointment) == ("countered", True, visits[1])
    assert "/spostamento" not in answer.text and "/annullamento" in answer.text and "una visita alla volta" in words(answer)
    assert client.get(f"{gianni}visite/{visits[2].id}/spostamento").status_code == 409
    assert client.press(page, f"{gianni}visite/{visits[1].id}/spostamento", day="2026-12-18", start="9").status_code == 409
    assert Appointment.get_by_id(visits[1].id).starts_at == visits[1].starts_at


def test_a_visit_moved_once_already_goes_to_the_phone(client, cast, gianni, at):
    [visit] = planned(cast, at)
    wish = changing.ask_change(visit, moment(date(2026, 12, 11), "10:00"), by=Actor("employee", cast.gianni.id), at=at)
    changing.refuse_change(wish, cast.marta, at=at)
    page = client.get(f"{gianni}visite/{visit.id}/spostamento")
    assert page.status_code == 200 and "meglio parlarne" in page.text and "<form" not in page.text
    assert client.send(f"{gianni}visite/{visit.id}/spostamento", day="2026-12-11", start="9").status_code == 409


@pytest.mark.parametrize("field, typed, said", [*BAD_TIMES, ("start", {"day": "2026-12-10", "start": "15:00"}, "già questo")])
def test_a_move_that_cannot_be_is_said_beside_its_field_and_stays_typed(client, cast, gianni, at, field, typed, said):
    Holiday.create(on=date(2026, 12, 11), name="patrono", cooperative=cast.melograno)
    [visit] = planned(cast, at)
    answer = client.send(f"{gianni}visite/{visit.id}/spostamento", **{"day": "2026-12-09", "start": "10:00", **typed})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text and said in words(answer)
    assert all(f'value="{value}"' in answer.text for value in typed.values())
    assert not Proposal.select().exists()


def test_a_national_holiday_may_be_asked_for_by_who_means_it(client, cast, gianni, at):
    [visit] = planned(cast, at)
    assert client.send(f"{gianni}visite/{visit.id}/spostamento", day="2026-12-08", start="10").status_code == 303


def test_a_change_the_cooperative_wishes_is_answered_and_no_leaves_it_as_it_was(client, cast, gianni, at):
    [visit] = planned(cast, at)
    for noun, starts in (("rifiuto", visit.starts_at), ("accettazione", moment(date(2026, 12, 14), "15:00"))):
        proposal = changing.propose_change(visit, slot(date(2026, 12, 14), "15:00", "18:00"), cast.marta,
                                           by=Actor("operator", cast.marta.id), at=at, operator=cast.marta)
        said = words(client.get(gianni))
        assert "Adesso è: gio 10/12, 15-18" in said and "Ti propongono: lun 14/12, 15-18" in said
        assert "La visita resta com'è adesso." in said
        client.send(f"{gianni}proposte/{proposal.id}/{noun}")
        assert Appointment.get_by_id(visit.id).starts_at == starts


def test_a_reminded_visit_is_said_yes_to_once(client, cast, gianni, at):
    [visit] = planned(cast, at, on=date(2026, 12, 2))
    assert "Aspettiamo te" not in words(client.get(gianni))         # nobody has reminded of it yet
    with time_machine.travel(moment(date(2026, 12, 1), "18:05"), tick=False):
        home = client.get(gianni)
        assert "Aspettiamo te" in words(home) and "Ci confermi che va bene?" in words(home)
        answer = client.press(home, f"{gianni}visite/{visit.id}/conferma")
        assert "grazie, a domani" in words(answer)
        first = Appointment.get_by_id(visit.id).confirmed_at
        assert client.press(home, f"{gianni}visite/{visit.id}/conferma").status_code == 200
        assert Appointment.get_by_id(visit.id).confirmed_at == first and "Aspettiamo te" not in words(client.get(gianni))


def test_yes_to_a_visit_that_was_moved_meanwhile_is_no_yes(client, cast, gianni, at):
    [visit] = planned(cast, at, on=date(2026, 12, 2))
    answer = client.send(f"{gianni}visite/{visit.id}/conferma", sequence=str(visit.sequence - 1))
    assert answer.status_code == 409 and Appointment.get_by_id(visit.id).confirmed_at is None


def test_a_confirmation_that_may_be_taken_back_is_nobody_s_visit_yet(client, cast, gianni, at):
    request = asked(cast, at=at, on=date(2026, 12, 10))
    [visit] = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    assert "confermata" not in words(client.get(gianni)).split("chiesta")[0]
    assert {client.send(f"{gianni}visite/{visit.id}/{noun}").status_code for noun in ("conferma", "annullamento")} == {404}


# ---------------------------------------------------------------- given back, late, elsewhere

def test_a_visit_given_back_is_sought_anew_and_said_kindly(client, cast, gianni, at):
    visits = series(cast, at)
    seeking = ending.give_back(visits[1], cast.marta, "ill", at=at)
    said = words(client.get(f"{gianni}richieste/{seeking.reference}"))
    assert f"Al posto di {visits[0].request.reference}: cerchiamo un'altra cooperativa per gio 17/12" in said
    assert "La cooperativa non può più: ne cerchiamo un'altra. Risposta entro" in said
    assert "la cooperativa non può" in words(client.get(f"{gianni}richieste/{visits[0].request.reference}"))


def test_a_request_given_back_whole_is_open_again_and_says_why(client, cast, gianni, at):
    [visit] = planned(cast, at)
    ending.give_back(visit, cast.marta, "ill", at=at)
    said = words(client.get(f"{gianni}richieste/{visit.request.reference}"))
    assert "cerchiamo un'altra cooperativa" in said and "ne cerchiamo un'altra. Risposta entro" in said


def test_a_promise_that_moved_says_why(client, cast, gianni, at):
    request = asked(cast, at=at, on=date(2026, 12, 22))
    assert "l'abbiamo chiesto" not in words(client.get(f"{gianni}richieste/{request.reference}"))
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    assert "non può: l'abbiamo chiesto a un'altra" in words(client.get(f"{gianni}richieste/{request.reference}"))
    answering.take(referral_of(request), cast.luca, at=at)
    assert "La cooperativa l'ha presa" in words(client.get(f"{gianni}richieste/{request.reference}"))


def test_who_cannot_be_called_in_time_is_told_whom_to_call(client, cast, gianni, at):
    Coordination.update(on_duty=False).execute()
    request = asked(cast, at=at, service=cast.ad, on=date(2026, 12, 1), begins="20:00", ends="21:00")
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    said = words(client.get(f"{gianni}richieste/{request.reference}"))
    assert "per ora nessuno può" in said and "chiama tu" in said and "ti chiamiamo noi" not in said


# ---------------------------------------------------------------- what a page costs

@pytest.mark.both_engines
def test_many_proposals_series_and_substitutes_cost_no_more_queries_than_one(engine, client, cast, gianni, at):
    def one_of_each(n):
        proposed(cast, at, slot(date(2027, 2, 1) + n * DAY), on=date(2027, 1, 1) + n * DAY)
        ending.give_back(planned(cast, at, on=date(2027, 3, 1) + n * 7 * DAY, begins="08:00", ends="10:00",
                                 weekly=Weekly((1,), times=2))[1], cast.marta, "ill", at=at)

    one_of_each(0)
    few = cost(client, gianni)
    for n in range(1, 5):
        one_of_each(n)
    assert cost(client, gianni) == few <= 8      # link, project, requests; visits, proposals, promised calls; openings, ideas


def test_the_page_speaks_english_to_who_reads_it(client, cast, gianni, at):
    proposal = proposed(cast, at)
    assert "Monday 7 December, from 16:00 to 19:00" in words(client.get(f"{gianni}richieste/{proposal.request.reference}?lang=en"))


@pytest.mark.browser
@pytest.mark.parametrize("width, scheme", [(360, "light"), (1280, "dark")])
def test_weeks_are_asked_about_without_script_only_once_they_are_wanted(live, browser, axe, cast, at, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=False)
    page = context.new_page()
    page.goto(live.url + trusting.path_of(link_for("employee", at=at, employee=cast.gianni)))
    page.goto(page.url + "chiedi/figli/BS")
    assert not page.get_by_label("giovedì").is_visible()
    page.get_by_label("Ogni settimana").check()
    page.get_by_label("giovedì").check()
    page.get_by_role("button", name="Vedi il prezzo").click()
    assert page.get_by_label("giovedì").is_checked() and page.locator("#until-error").is_visible()
    context.close()
    scripted = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    scripted.goto(live.url + trusting.path_of(link_for("employee", at=at, employee=cast.gianni)))
    scripted.goto(scripted.url + "chiedi/figli/BS")
    scripted.get_by_label("Ogni settimana").check()
    scripted.get_by_role("button", name="Vedi il prezzo").click()
    assert axe(scripted) == [] and scripted.evaluate("document.documentElement.scrollWidth <= innerWidth")
    scripted.context.close()
