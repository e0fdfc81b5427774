"""What the digest says of openings: those short of their minimum, ideas, school bridges; counts of what went otherwise."""

from datetime import date, datetime, timedelta, timezone

import pytest
from cast import booked, day_space, make_cast, moment, opening_of
from test_digest import said_to

from actions import contesting, delivering, ideas, openings, rating
from actions.moves import Actor
from actions.openings import Draft
from jobs.digest import digest
from models import Coordination, Coordinator, Message, Opening, Place, SchoolClosure
from rules import hours

both = pytest.mark.both_engines
TUESDAY, WEDNESDAY, FRIDAY = (datetime(2026, 12, day, 6, 30, tzinfo=timezone.utc) for day in (1, 2, 4))   # 07:30
BRIDGE = date(2027, 1, 12)      # a Tuesday, six weeks after the first of December


@pytest.fixture
def cast(engine, at, app):
    """The usual people."""
    return make_cast(at - timedelta(days=30))


def digest_of(on, kind="digest_day"):
    """What the digest of that moment says to Paola; nothing, if there is none."""
    paola = Coordinator.get(Coordinator.name == "Paola")
    mine = Message.select().where(Message.kind == kind, Message.coordinator == paola)
    before = mine.count()
    digest(on)
    return said_to(paola, kind) if mine.count() > before else None


# ---------------------------------------------------------------- short of their minimum

@both
def test_an_opening_that_closes_within_three_days_says_how_many_are_missing(cast, at):
    opening = opening_of(cast, on=date(2026, 12, 7), closes=moment(date(2026, 12, 3), "20:00"))
    booked(cast, opening, at=opening.closes_at - timedelta(days=20))
    words = digest_of(TUESDAY)
    assert f"- Mancano 2: {opening.code} di lun 7/12, chiude gio 3/12 ore 20" in words.text
    assert f'/banco/{cast.paola.id}/turni/{opening.id}/">{opening.code}</a>' in words.html


@pytest.mark.parametrize("on,closes,said", [
    (TUESDAY, "2026-12-04 07:00", True), (TUESDAY, "2026-12-04 08:00", False),      # Wednesday's, and two days more
    (FRIDAY, "2026-12-09 07:00", True), (FRIDAY, "2026-12-09 08:00", False),        # Monday's, and two days more
    (TUESDAY, "2026-12-01 07:00", False),                                           # closed this morning
])
def test_it_is_said_until_the_next_digest_and_two_days_more(cast, on, closes, said):
    opening_of(cast, on=date(2026, 12, 14), closes=datetime.fromisoformat(closes).replace(tzinfo=hours.ZONE))
    assert bool(digest_of(on)) == said


def test_who_hears_once_a_week_hears_of_the_whole_week(cast):
    Coordination.update(rhythm="settimanale").execute()
    opening_of(cast, on=date(2026, 12, 21), closes=moment(date(2026, 12, 15), "20:00"))
    monday = datetime(2026, 12, 7, 6, 30, tzinfo=timezone.utc)
    assert "- Mancano 3:" in digest_of(monday, "digest_week").text


def test_what_is_complete_opened_anyway_or_cancelled_is_not_short(cast, at):
    full, anyway, cancelled = (opening_of(cast, on=date(2026, 12, day), closes=moment(date(2026, 12, 3), "20:00")) for day in (7, 9, 10))
    booked(cast, full, units=3, at=at - timedelta(days=20))
    openings.confirm(anyway, by=Actor("coordinator", cast.paola.id), at=at - timedelta(days=1))
    openings.cancel(cancelled, by=Actor("coordinator", cast.paola.id), at=at - timedelta(days=1))
    assert "Manca" not in (words.text if (words := digest_of(TUESDAY)) else "")


def test_another_project_s_own_opening_is_said_to_its_own_coordinator(cast):
    opening_of(cast, service=day_space(project=cast.project), closes=moment(date(2026, 12, 3), "20:00"))
    assert digest_of(TUESDAY) and not Message.select().where(Message.coordinator == cast.ugo, Message.kind == "digest_day").exists()


# ---------------------------------------------------------------- ideas

@both
def test_an_idea_is_said_once_as_many_would_come_as_it_takes(cast, at):
    on = date(2026, 12, 21)
    draft = Draft(day_space(), cast.melograno, cast.romano, "Sala civica", moment(on, "08:00"), moment(on, "17:00"),
                  moment(on - timedelta(days=3), "20:00"), 12, 4)
    idea = ideas.publish(draft, cast.project, cast.paola, at=at - timedelta(days=2))
    ideas.be_interested(idea, cast.gianni, 3, at=at - timedelta(days=2))
    assert digest_of(TUESDAY) is None
    ideas.be_interested(idea, cast.teresa, 1, at=WEDNESDAY - timedelta(hours=1))
    words = digest_of(WEDNESDAY)
    assert "- Idea con abbastanza interesse: lun 21/12, verrebbero in 4, si fa da 4" in words.text
    assert f"/banco/{cast.paola.id}/turni/idee/" in words.html and "Gianni" not in words.html
    ideas.withdraw(idea, by=Actor("coordinator", cast.paola.id), at=WEDNESDAY)
    assert digest_of(WEDNESDAY + timedelta(days=1)) is None


# ---------------------------------------------------------------- school bridges

@both
def test_a_bridge_is_offered_on_the_day_it_comes_within_six_weeks_with_a_form_filled_in(cast):
    day_space()
    SchoolClosure.create(on=BRIDGE, name="Elezioni")
    words = digest_of(TUESDAY)
    address = f"/banco/{cast.paola.id}/turni/nuovi/?ponte=2027-01-12"
    assert "- Scuole chiuse, mar 12/1: nessun turno per quel giorno." in words.text
    assert address in words.text and address in words.html
    assert digest_of(WEDNESDAY) is None, "every day would be too often"


def test_and_again_every_monday_until_something_is_open_on_those_days(cast, at):
    day_space()
    for day in (12, 13):
        SchoolClosure.create(on=date(2027, 1, day), name="Elezioni")
    first, second = (datetime(2026, 12, day, 6, 30, tzinfo=timezone.utc) for day in (7, 14))
    assert "- Scuole chiuse, mar 12/1 - mer 13/1: nessun turno per quei giorni." in digest_of(first, "digest_week").text
    opening = opening_of(cast, on=date(2027, 1, 13))
    assert "Scuole chiuse" not in digest_of(second, "digest_week").text
    openings.cancel(opening, by=Actor("coordinator", cast.paola.id), at=second)
    assert "Scuole chiuse" in digest_of(second + timedelta(days=7), "digest_week").text


def test_the_working_day_between_a_holiday_and_a_weekend_is_offered_though_nobody_named_it(cast):
    day_space()
    on = datetime(2026, 10, 26, 6, 30, tzinfo=timezone.utc)     # a Monday, six weeks before Monday 7 December
    assert "Scuole chiuse, lun 7/12" in digest_of(on, "digest_week").text


def test_where_no_project_has_a_service_for_such_days_none_is_offered(cast):
    SchoolClosure.create(on=BRIDGE, name="Elezioni")
    day_space(project=cast.elsewhere)
    assert digest_of(TUESDAY) is None
    assert "Scuole chiuse" in said_to(cast.ugo).text


# ---------------------------------------------------------------- counts

@both
def test_contested_low_scores_and_days_to_close_are_counted(cast, at):
    friday = date(2026, 11, 27)
    opening = opening_of(cast, on=friday, minimum=1)
    before = opening.closes_at - timedelta(days=2)
    low, other, unmarked = (booked(cast, opening, person, at=before) for person in (cast.gianni, cast.teresa, cast.sara))
    for place in (low, other):
        delivering.deliver(place, cast.marta, at=moment(friday, "18:00"))
    rating.rate(Place.get_by_id(low.id), 1, by=Actor("employee", cast.gianni.id), at=at - timedelta(days=1))
    contesting.contest(Place.get_by_id(other.id), "less", by=Actor("employee", cast.teresa.id), at=at - timedelta(days=1))
    delivering.tell_opening_unmarked(Opening.get_by_id(opening.id), at=opening.mark_by)
    text = digest_of(TUESDAY).text
    assert text.startswith("3 da vedere oggi.\n")
    for line in ("- Giornate di turni da chiudere: 1\n", "- Contestate: 1\n", "- Voti bassi: 1\n"):
        assert line in text
    assert "Visite da segnare" not in text
    assert not [secret for secret in ("Gianni", "Teresa", "limone", "We.Kids", "333") if secret in text]


@pytest.mark.parametrize("language,words", [("it", ("Mancano", "Scuole chiuse", "Idea con abbastanza")),
                                            ("en", ("more needed", "Schools closed", "Idea with enough interest"))])
def test_all_of_it_is_said_in_either_language_and_names_nobody(cast, at, language, words):
    Coordinator.update(language=language).execute()
    SchoolClosure.create(on=BRIDGE, name="Elezioni")
    opening = opening_of(cast, closes=moment(date(2026, 12, 3), "20:00"))
    booked(cast, opening, at=at - timedelta(days=9))
    idea = ideas.publish(Draft.of(opening).later(7), cast.project, cast.paola, at=at - timedelta(days=9))
    ideas.be_interested(idea, cast.gianni, 3, at=at - timedelta(days=9))
    told = digest_of(TUESDAY)
    for text in (told.text, told.html):
        assert all(word in text for word in words)
        assert not [secret for secret in ("Gianni", "limone", "None", "{{", "333") if secret in text]


def test_an_empty_digest_stays_empty_with_openings_that_need_nobody(cast, at):
    booked(cast, opening_of(cast, on=date(2027, 2, 1), minimum=1), at=at - timedelta(days=20))
    opening_of(cast, on=date(2027, 2, 2))
    digest(TUESDAY - timedelta(days=7))
    assert digest_of(TUESDAY) is None


@both
def test_monday_counts_the_places_of_openings_among_what_was_delivered(cast, at):
    opening = opening_of(cast, on=date(2026, 12, 1), closes=moment(date(2026, 11, 30), "20:00"))
    booked(cast, opening, units=3, at=opening.closes_at - timedelta(days=3))
    delivering.close_day(opening, cast.marta, {}, {}, at=opening.ends_at)
    monday = datetime(2026, 12, 7, 6, 30, tzinfo=timezone.utc)
    assert "svolte 1" in digest_of(monday, "digest_week").text
