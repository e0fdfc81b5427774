"""Ideas: told to who asked for such news and to nobody else; with enough interest one opens, and they come first."""

from datetime import date, timedelta

import pytest
from acts import now, said
from cast import another_person, booked, make_cast, moment, opening_of

from actions import ideas, openings, placing
from actions.moves import Actor, NotAllowed
from jobs.turns import turns
from models import Idea, Interest, Message, Opening, Place
from questions.openings import interest_by_idea

pytestmark = pytest.mark.both_engines

PAOLA = Actor("coordinator", 1)


@pytest.fixture
def cast(app, at):
    """Everybody."""
    return make_cast(at - timedelta(days=2))


@pytest.fixture
def idea(cast, at):
    """We.Kids on Monday the 21st? For three at least, of four places."""
    draft = openings.Draft.of(opening_of(cast, on=date(2026, 12, 21), places=4))
    Opening.delete().execute()
    ideas.ask_for_news(cast.teresa, True, at=at)
    return ideas.publish(draft, cast.project, cast.paola, at=at)


def test_only_who_asked_for_news_is_told(cast, idea):
    assert [message.employee_id for message in said("idea")] == [cast.teresa.id]


def test_who_wants_no_more_news_is_not_told_even_of_what_was_queued(cast, idea, at):
    from actions import needs
    ideas.ask_for_news(cast.teresa, False, at=at)
    assert needs.needless(said("idea")[0], at) == "overtaken"


def test_who_belongs_to_another_project_is_not_told(cast, at, idea):
    from models import Membership
    Membership.update(project=cast.elsewhere).where(Membership.company == cast.big_firm).execute()
    ideas.publish(openings.Draft.of(idea).later(7), cast.project, cast.paola, at=at)
    assert len(said("idea")) == 1


def test_interest_is_said_changed_and_taken_back(cast, idea, at):
    ideas.be_interested(idea, cast.gianni, 2, at=at)
    assert not ideas.enough(idea, interest_by_idea([idea]))
    ideas.be_interested(idea, cast.sara, 1, at=at)
    assert ideas.enough(idea, interest_by_idea([idea]))
    ideas.be_interested(idea, cast.gianni, 1, at=at)
    assert Interest.select().count() == 2 and not ideas.enough(idea, interest_by_idea([idea]))
    ideas.be_interested(idea, cast.gianni, 0, at=at)
    assert [row.employee_id for row in Interest.select()] == [cast.sara.id]
    ideas.be_interested(idea, cast.gianni, 1, at=at + timedelta(hours=1))
    ideas.be_interested(idea, cast.sara, 3, at=at + timedelta(hours=2))
    assert [row.employee_id for row in Interest.select().order_by(Interest.at)] == [cast.sara.id, cast.gianni.id], "her turn stays"
    for units in (-1, 5):
        with pytest.raises(ValueError):
            ideas.be_interested(idea, cast.gianni, units, at=at)


def test_the_interested_are_first_and_have_their_time_to_say_yes(cast, idea, at):
    other = another_person(cast, "520", at=at)
    for person, units in ((cast.gianni, 2), (cast.teresa, 1), (other, 2)):
        ideas.be_interested(idea, person, units, at=at + timedelta(minutes=person.id))
    opening = ideas.open_idea(idea, by=PAOLA, at=at + timedelta(days=1))
    assert (now(idea).state, now(idea).opening) == ("opened", opening)
    states = [(place.request.employee_id, place.state, place.by_interest) for place in Place.select().order_by(Place.id)]
    assert states == [(cast.gianni.id, "offered", True), (cast.teresa.id, "offered", True), (other.id, "listed", False)]
    with pytest.raises(placing.Full):
        booked(cast, opening, cast.sara, 2, at=at + timedelta(days=1))
    assert len(said("place_offered")) == 2 and opening.taken == 3
    first = Place.select().order_by(Place.id).first()
    assert first.offered_until > at + timedelta(days=3)
    placing.take(first, by=Actor("employee", cast.gianni.id), at=at + timedelta(days=2), shown_cents=first.worker_cents,
                 answers={"eta": "3-5"})
    assert now(first).request.answers == {"eta": "3-5"} and now(first).state == "taken"


def test_an_interest_that_was_not_followed_by_a_yes_ends(cast, idea, at):
    ideas.be_interested(idea, cast.gianni, 2, at=at)
    opening = ideas.open_idea(idea, by=PAOLA, at=at)
    Message.update(sent_at=at, state="sent").where(Message.kind == "place_offered").execute()
    turns(at)
    place = Place.get()
    turns(place.offered_until)
    assert (now(place).state, now(place.request).outcome, now(opening).taken) == ("lapsed", "lapsed", 0)


def test_an_idea_is_opened_once(cast, idea, at):
    ideas.open_idea(idea, by=PAOLA, at=at)
    for verb in (lambda: ideas.open_idea(idea, by=PAOLA, at=at), lambda: ideas.withdraw(idea, by=PAOLA, at=at),
                 lambda: ideas.be_interested(idea, cast.gianni, 1, at=at)):
        with pytest.raises(NotAllowed):
            verb()
    assert Opening.select().count() == 1


def test_an_idea_too_late_to_be_booked_is_neither_published_nor_opened(cast, idea, at):
    with pytest.raises(ValueError):
        ideas.publish(openings.Draft.of(idea), cast.project, cast.paola, at=idea.closes_at)
    with pytest.raises(ValueError):
        ideas.open_idea(idea, by=PAOLA, at=idea.closes_at)
    assert now(idea).state == "published" and Idea.select().count() == 1


def test_who_was_left_without_a_place_when_opening_broke_off_is_offered_one_by_the_job(cast, idea, at, monkeypatch):
    for person in (cast.gianni, cast.teresa):
        ideas.be_interested(idea, person, 1, at=at + timedelta(minutes=person.id))
    with monkeypatch.context() as broken:
        broken.setattr(ideas.placing, "hold_for_interested", lambda *_, **__: 1 / 0)
        ideas.open_idea(idea, by=PAOLA, at=at)
    assert now(idea).state == "opened" and not Place.select().exists()
    turns(at), turns(at)
    held = [(place.request.employee, place.state, place.by_interest) for place in Place.select().order_by(Place.id)]
    assert held == [(cast.gianni, "offered", True), (cast.teresa, "offered", True)]


def test_a_turn_on_the_list_given_by_an_idea_opened_at_night_is_told_in_the_morning(cast, idea, at):
    ideas.be_interested(idea, cast.gianni, 4, at=at)
    ideas.be_interested(idea, cast.teresa, 1, at=at)
    night, morning = moment(date(2026, 12, 1), "22:30"), moment(date(2026, 12, 2), "08:00")
    ideas.open_idea(idea, by=PAOLA, at=night)
    assert [message.due_at for message in said("place_waiting")] == [morning]
