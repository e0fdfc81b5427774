"""The digest: exactly one per coordinator, project and period; counts and references, and nobody in it."""

import threading
from datetime import date, datetime, timedelta, timezone

import pytest
import time_machine
from cast import asked, make_cast, moment, referral_of
from conftest import AT

import wording
from actions import answering, asking, conversing, delivering, desk, digesting, ending, joining
from actions.moves import Actor
from jobs.digest import digest
from models import Coordination, Coordinator, DeskItem, Digest, Employee, Message, Operator, Phone, ServiceRequest, db
from rules.summary import sentence

both = pytest.mark.both_engines   # where the database decides: races, dates, sums

TUESDAY, FRIDAY, MONDAY = (datetime(2026, 12, day, 6, 30, tzinfo=timezone.utc) for day in (1, 4, 7))   # 07:30 in Bergamo


@pytest.fixture
def cast(engine, at, app):
    """The usual people; everybody's desk is empty."""
    return make_cast(AT - timedelta(days=30))


def said_to(coordinator, kind="digest_day"):
    """The newest digest of a coordinator as she reads it."""
    return wording.words_for(Message.select().where(
        Message.kind == kind, Message.coordinator == coordinator).order_by(Message.id.desc()).get())


def unassigned(cast, at, **wish):
    """A request that nobody covers any more."""
    request = asked(cast, at=at, service=cast.ad, **wish)
    answering.decline(referral_of(request), cast.anna, "hours", at=at)
    return request


def part_of(coordinator):
    """A coordinator's own part."""
    return Coordination.get(Coordination.coordinator == coordinator)


# ---------------------------------------------------------------- when, and how often

@both
def test_empty_digest_advances_its_period(cast):
    assert digest(TUESDAY) == 2
    assert [row.message for row in Digest.select()] == [None, None]
    assert not Message.select().where(Message.kind.startswith("digest")).exists()
    asked(cast, at=TUESDAY + timedelta(minutes=5))
    assert digest(TUESDAY + timedelta(minutes=10)) == 0
    digest(TUESDAY + timedelta(days=1))
    assert "Nuove dall'ultimo riepilogo, 1:" in said_to(cast.paola).text


def test_before_half_past_seven_there_is_none(cast):
    assert digest(TUESDAY - timedelta(minutes=1)) == 0
    assert not Digest.select().exists()


def test_a_stop_in_the_morning_is_caught_up_until_noon(cast):
    assert digest(moment(date(2026, 12, 1), "11:59")) == 2


def test_after_noon_late_is_worse_than_never(cast):
    assert digest(moment(date(2026, 12, 1), "12:00")) == 0
    assert digest(TUESDAY + timedelta(days=1)) == 2


@pytest.mark.parametrize("day", [5, 6])
def test_there_is_none_at_the_weekend(cast, day):
    assert digest(moment(date(2026, 12, day), "08:00")) == 0


@pytest.mark.parametrize(("on", "in_utc"), [(date(2027, 3, 29), 5), (date(2026, 10, 26), 6)])
def test_the_monday_after_the_clock_changed_it_still_comes_at_half_past_seven(cast, on, in_utc):
    ready = datetime(on.year, on.month, on.day, in_utc, 30, tzinfo=timezone.utc)
    assert digest(ready - timedelta(minutes=1)) == 0
    assert digest(ready) == 2
    assert Message.select().where(Message.kind == "digest_week").get().expires_at == moment(on, "12:00")


@both
def test_two_schedulers_make_one(app, cast):
    unassigned(cast, AT - timedelta(days=1))
    made, start = [], threading.Barrier(4)

    def scheduler():
        with app.app_context():
            start.wait()
            made.append(digesting.make(part_of(cast.paola), "2026-12-01", at=TUESDAY))
            db.close()

    threads = [threading.Thread(target=scheduler) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and sum(row is not None for row in made) == 1
    assert Digest.select().count() == Message.select().where(Message.kind == "digest_day").count() == 1


def test_one_bad_part_does_not_silence_the_others(cast, monkeypatch):
    make = digesting.make

    def stumble(part, period, at):
        if part.coordinator == cast.paola:
            raise RuntimeError("bad row")
        return make(part, period, at=at)

    monkeypatch.setattr(digesting, "make", stumble)
    assert digest(TUESDAY) == 1
    assert Digest.get().coordinator == cast.ugo


# ---------------------------------------------------------------- who

def test_a_weekly_coordinator_hears_only_on_mondays(cast):
    Coordination.update(rhythm="settimanale").where(Coordination.coordinator == cast.paola).execute()
    unassigned(cast, AT - timedelta(days=1))
    assert [(digest(at), Digest.select().where(Digest.coordinator == cast.paola).count())
            for at in (TUESDAY, FRIDAY, MONDAY)] == [(1, 0), (1, 0), (2, 1)]


def test_on_a_monday_there_is_one_mail_and_not_two(cast):
    unassigned(cast, AT - timedelta(days=1))
    digest(MONDAY)
    assert [m.kind for m in Message.select().where(Message.kind.startswith("digest"), Message.coordinator == cast.paola)
            ] == ["digest_week"]


@both
def test_while_away_the_stand_in_gets_it_once_even_with_one_of_her_own(cast, at):
    davide = Coordinator.create(name="Davide", email="davide@example.org")
    Coordination.create(coordinator=davide, project=cast.project, rhythm="settimanale")
    unassigned(cast, AT - timedelta(days=1))
    digesting.away(part_of(cast.paola), date(2026, 12, 7), davide, by=Actor("coordinator", cast.paola.id), at=at)
    digest(TUESDAY)
    digest(MONDAY)
    digest(MONDAY + timedelta(days=1))
    made = [(row.coordinator.name, row.period) for row in Digest.select().where(Digest.project == cast.project).order_by(Digest.id)]
    assert made == [("Davide", "2026-12-01"), ("Davide", "2026-W50"), ("Paola", "2026-12-08")]


def test_a_stand_in_for_two_projects_gets_one_for_each(cast, at):
    digesting.away(part_of(cast.ugo), date(2026, 12, 7), cast.paola, by=Actor("coordinator", cast.ugo.id), at=at)
    digest(MONDAY)
    mails = Message.select().where(Message.kind == "digest_week", Message.coordinator == cast.paola)
    assert {mail.project.code for mail in mails} == {"FAM", "ALT"}


def test_a_stand_in_who_left_does_not_swallow_it(cast, at):
    digesting.away(part_of(cast.paola), date(2026, 12, 7), cast.ugo, by=Actor("coordinator", cast.paola.id), at=at)
    Coordinator.update(left_at=at).where(Coordinator.id == cast.ugo.id).execute()
    digest(TUESDAY)
    assert Digest.get().coordinator == cast.paola


# ---------------------------------------------------------------- what

@both
def test_what_came_in_on_sunday_for_monday_comes_first(cast):
    sunday = moment(date(2026, 12, 6), "10:00")
    urgent = asked(cast, at=sunday, on=date(2026, 12, 8))
    later = asked(cast, at=sunday, on=date(2026, 12, 18))
    digest(MONDAY)
    lines = said_to(cast.paola, "digest_week").text.splitlines()
    assert lines[1] == f"- Urgenti, arrivate a ufficio chiuso: {urgent.reference}"
    assert lines[2] == f"- Nuove dall'ultimo riepilogo, 2: {urgent.reference}, {later.reference}"


def test_a_promised_call_is_said_with_its_hour(cast):
    request = unassigned(cast, AT - timedelta(days=1))
    digest(TUESDAY)
    assert f"- Senza cooperativa: {request.reference} (chiamata promessa mar 1/12 tra le 9 e le 10)" in said_to(cast.paola).text


def test_on_friday_the_visits_until_monday_are_looked_at(cast):
    for day in (6, 7, 8):
        request = asked(cast, at=AT, service=cast.pasto, on=date(2026, 12, day))
        answering.confirm(referral_of(request), cast.marta, None, at=AT)
    digest(FRIDAY)
    references = [row.reference for row in ServiceRequest.select().order_by(ServiceRequest.id)]
    assert f"- Chi va è da decidere, da oggi a lunedì: {references[0]}, {references[1]}\n" in said_to(cast.paola).text


@both
def test_who_has_taken_what_on_and_who_is_without_anyone_on_duty(cast, at):
    request = unassigned(cast, AT - timedelta(days=1))
    desk.take_on(DeskItem.get(), cast.paola, at=AT)
    Operator.update(on_duty=False).where(Operator.cooperative == cast.quercia).execute()
    digest(TUESDAY)
    text = said_to(cast.paola).text
    assert f"- Se ne occupa Paola: 1 ({request.reference})" in text
    assert "- Nessuno di turno: La Quercia" in text


@both
def test_monday_tells_the_week_what_nobody_could_do_and_the_money(cast):
    wednesday = moment(date(2026, 12, 2), "10:00")
    done = asked(cast, at=AT, service=cast.ad, on=date(2026, 12, 5), begins="08:00", ends="10:00")
    answering.confirm(referral_of(done), cast.marta, cast.bruno, at=AT)
    delivering.deliver(done.appointments.get(), cast.marta, at=moment(date(2026, 12, 5), "10:00"))
    planned = asked(cast, at=wednesday, on=date(2026, 12, 11))
    answering.confirm(referral_of(planned), cast.marta, cast.bruno, at=wednesday)
    ending.close(asked(cast, at=wednesday, municipality=cast.covo, on=date(2026, 12, 12)), "unfilled", "nessuno",
                 by=Actor("coordinator", cast.paola.id), at=wednesday)
    asking.uncovered(cast.gianni, cast.bs, cast.isso, at=wednesday)
    digest(MONDAY)
    text = said_to(cast.paola, "digest_week").text
    assert "- Chieste 3, confermate 2, visite svolte 1 (2 ore)" in text
    assert "- Bisogni senza risposta: Covo, figli: 1\n- Bisogni senza risposta: Isso, figli: 1\n" in text
    assert "- Contributo: 26,00 € per visite svolte, 33,00 € per visite in programma, su 50.000,00 €" in text


def test_a_monday_with_nothing_is_one_line(cast):
    digest(MONDAY)
    text = said_to(cast.paola, "digest_week").text
    assert text.startswith("Niente da vedere oggi.\nNessuna novità nella settimana passata.\n\nApri il banco: http")
    assert "Contributo" not in text


def test_of_another_project_not_a_reference(cast):
    request = unassigned(cast, AT - timedelta(days=1))
    digest(MONDAY)
    assert request.reference in said_to(cast.paola, "digest_week").text
    assert request.reference not in said_to(cast.ugo, "digest_week").text


@both
def test_what_a_mail_that_never_arrived_said_is_said_again(cast):
    request = asked(cast, at=AT - timedelta(days=1))
    digest(TUESDAY)
    Message.update(state="expired").where(Message.kind == "digest_day").execute()
    digest(TUESDAY + timedelta(days=1))
    assert f"Nuove dall'ultimo riepilogo, 1: {request.reference}" in said_to(cast.paola).text


@pytest.mark.parametrize("language", ["it", "en"])
def test_nobody_is_named_and_no_service(cast, at, language):
    Coordinator.update(language=language).execute()
    late = asked(cast, at=AT - timedelta(days=1), answers={"eta": "3-5"})
    answering.tell_late(referral_of(late), at=AT)
    unassigned(cast, AT - timedelta(days=1))
    asking.uncovered(cast.gianni, cast.bs, cast.isso, at=AT)
    joining.call_me(cast.sara, "dopo17", at=AT, language="it")
    conversing.act(conversing.receive("SM1", "+393330000002", "sono Teresa", at=AT), at=AT)
    digest(MONDAY)
    told = wording.words_for(Message.get(Message.kind == "told"))
    week = said_to(cast.paola, "digest_week")
    for words in (told, week):
        for text in (words.subject, words.text, words.html):
            assert not [secret for secret in _secrets(cast) if secret in text]
            assert "{{" not in text and "None" not in text
    assert late.reference in week.text and f"/banco/{cast.paola.id}/?cerca={late.reference}" in week.html


def _secrets(cast):
    names = [row.first_name for row in Employee.select()] + [row.word for row in Employee.select()]
    numbers = [row.number[3:] for row in Phone.select()]
    services = [name for service in (cast.bs, cast.ad, cast.pasto) for name in (service.name, service.name_en, service.sms_name)]
    return names + numbers + services + [row.name for row in Operator.select()] + [cast.firm.name, cast.big_firm.name]


@pytest.mark.parametrize("why", ["unassigned", "late", "short_notice", "lapsed", "joining"])
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_reason_to_tell_has_its_sentence(cast, at, why, language):
    from actions.telling import tell
    Coordinator.update(language=language).execute()
    request = None if why == "joining" else asked(cast, at=at)
    Message.delete().where(Message.kind == "told").execute()
    tell(cast.project, why, at=at, request=request)
    words = wording.words_for(Message.get(Message.kind == "told"))
    assert words.subject.startswith("FAM: ")
    assert (request is None or request.reference in words.subject) and "/l/" in words.text and "/l/" in words.html


@pytest.mark.parametrize(("figures", "italian", "english"), [
    ((3, 1, 2), "3 da vedere oggi, 1 in ritardo, 2 persone da chiamare", "3 to see today, 1 late, 2 people to call"),
    ((0, 0, 1), "1 persona da chiamare", "1 person to call"),
    ((0, 0, 0), "Niente da vedere oggi", "Nothing to see today"),
])
def test_the_line_leaves_out_what_there_is_none_of(figures, italian, english):
    assert (sentence(*figures, "it"), sentence(*figures, "en")) == (italian, english)


def test_the_mail_goes_to_its_own_address_and_is_worth_sending_until_noon(cast):
    unassigned(cast, AT - timedelta(days=1))
    with time_machine.travel(TUESDAY, tick=False):
        digest(TUESDAY)
    mail = Message.get(Message.kind == "digest_day")
    assert (mail.address, mail.channel, mail.state, mail.due_at, mail.expires_at) == (
        "paola@example.org", "mail", "queued", TUESDAY, moment(date(2026, 12, 1), "12:00"))
