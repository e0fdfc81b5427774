"""Ideas at the desk: published from the form of an opening, counted without names, opened in one tap, withdrawn."""

from datetime import date, timedelta

import pytest
import time_machine
from acts import now, said
from cast import day_space, make_cast, moment, opening_of
from test_desk_door import at_desk, press, see
from test_desk_series import boxes, save, typed

from actions import ideas
from actions.openings import Draft
from models import Coordination, Coverage, Employee, Event, Idea, Message, Opening, Place, Service


@pytest.fixture
def cast(at, app):
    """The usual people; Gianni and Teresa asked for news."""
    cast = make_cast(at - timedelta(days=2))
    cast.wk = day_space()
    Coverage.create(cooperative=cast.melograno, service=cast.wk, municipality=cast.romano)
    for person in (cast.gianni, cast.teresa):
        ideas.ask_for_news(person, True, at=at)
    return cast


@pytest.fixture
def paola(client, cast, at):
    """Paola's trusted browser."""
    return at_desk(client, cast.paola, at)


@pytest.fixture
def idea(cast, at):
    """We.Kids on Monday the 21st, from two places on; published."""
    on = date(2026, 12, 21)
    draft = Draft(cast.wk, cast.melograno, cast.romano, "Sala civica", moment(on, "08:00"), moment(on, "17:00"),
                  moment(on - timedelta(days=3), "20:00"), 3, 2)
    return ideas.publish(draft, cast.project, cast.paola, at=at)


def preview(browser, fields):
    """The page of dates."""
    return browser.send(f"{browser.base}/turni/idee/nuova/anteprima", **fields)


def interested(idea, person, units, at):
    """A person would come."""
    ideas.be_interested(idea, person, units, at=at)


# ---------------------------------------------------------------- publishing

def test_an_idea_is_previewed_with_how_many_texts_it_sends_and_then_published(paola, cast, at):
    page = preview(paola, typed(cast))
    assert "Per ogni idea 2 persone ricevono un SMS." in page.text and not Idea.select().exists()
    assert save(paola, page).status_code == 303
    idea = Idea.get()
    assert (idea.project, idea.coordinator, idea.places, idea.minimum) == (cast.project, cast.paola, 12, 6)
    assert {message.employee for message in said("idea")} == {cast.gianni, cast.teresa}
    assert not Opening.select().exists()


def test_pressed_twice_it_is_published_once_and_nobody_is_texted_twice(paola, cast, at):
    page = preview(paola, typed(cast))
    assert [save(paola, page).status_code for _ in range(2)] == [303, 303]
    assert Idea.select().count() == 1 and len(said("idea")) == 2
    assert "Erano già pubblicate" in see(paola, "/turni/idee/")
    assert "non si pubblica due volte" in preview(paola, typed(cast)).text.replace("&#39;", "'")


def test_no_more_than_five_at_once_because_each_is_a_text(paola, cast):
    page = preview(paola, typed(cast, days="weekly", weekdays=["1", "4"], until="2027-01-21"))
    assert sum(boxes(page).values()) > 5
    answer = save(paola, page)
    assert answer.status_code == 422 and "al più 5 idee" in answer.text and not Idea.select().exists()
    assert save(paola, page, on=["2026-12-21"]).status_code == 303 and Idea.select().count() == 1


def test_nothing_ticked_or_something_wrong_publishes_nothing(paola, cast):
    assert "Scegli almeno una data." in save(paola, preview(paola, typed(cast)), on=[]).text
    assert preview(paola, typed(cast, minimum="13")).status_code == 422
    assert 'value="Sala civica"' in save(paola, preview(paola, typed(cast)), change="1").text
    assert not Idea.select().exists()


def test_who_runs_two_projects_says_which_people_are_asked(paola, cast, at):
    assert 'name="project"' not in see(paola, "/turni/idee/nuova/")
    Coordination.create(coordinator=cast.paola, project=cast.elsewhere)
    assert "Altrove" in see(paola, "/turni/idee/nuova/")
    assert preview(paola, typed(cast)).status_code == 422
    page = preview(paola, typed(cast, project=str(cast.elsewhere.id)))
    assert "Ancora nessuno ha chiesto novità" in page.text
    save(paola, page)
    assert Idea.get().project == cast.elsewhere and not said("idea")


def test_where_nobody_asked_for_news_it_is_published_without_a_text(paola, cast, at):
    Employee.update(news_at=None).execute()
    assert "Ancora nessuno ha chiesto novità" in preview(paola, typed(cast)).text


# ---------------------------------------------------------------- how many would come

def test_the_list_says_how_many_would_come_and_not_who(paola, cast, at, idea):
    interested(idea, cast.gianni, 1, at)
    page = see(paola, "/turni/idee/")
    assert "Verrebbero in 1; si fa da 2, i posti sono 3." in page and "abbastanza interesse" not in page
    interested(idea, cast.teresa, 1, at)
    page = see(paola, "/turni/idee/")
    assert "Verrebbero in 2" in page and "abbastanza interesse" in page
    assert not [secret for secret in ("Gianni", "Teresa", "limone", "333") if secret in page]


def test_one_tap_opens_it_and_who_was_interested_is_first(paola, cast, at, idea):
    interested(idea, cast.teresa, 2, at)
    answer = press(paola, f"/turni/idee/{idea.id}/apertura")
    opening = Opening.get()
    assert answer.location == f"{paola.base}/turni/{opening.id}/" and (opening.places, opening.taken) == (3, 2)
    assert (Place.get().state, Place.get().by_interest) == ("offered", True) and len(said("place_offered")) == 1
    assert "il turno" in see(paola, "/turni/idee/") and "Aperto da Paola" in see(paola, f"/turni/{opening.id}/")


def test_opened_or_withdrawn_already_it_is_too_late(paola, cast, at, idea):
    press(paola, f"/turni/idee/{idea.id}/apertura")
    for path in ("apertura", "ritiro"):
        answer = press(paola, f"/turni/idee/{idea.id}/{path}")
        assert answer.status_code == 409 and "è già un turno" in answer.text, path
    assert Opening.select().count() == 1


def test_withdrawn_it_leaves_the_list_and_cannot_be_opened(paola, cast, at, idea):
    assert press(paola, f"/turni/idee/{idea.id}/ritiro").status_code == 303
    assert now(idea).state == "withdrawn" and "Nessuna idea pubblicata" in see(paola, "/turni/idee/")
    answer = press(paola, f"/turni/idee/{idea.id}/apertura")
    assert answer.status_code == 409 and "era già ritirata" in answer.text and not Opening.select().exists()


def test_after_its_closing_an_idea_is_past_and_is_not_opened(paola, cast, idea):
    with time_machine.travel(idea.closes_at, tick=False):
        browser = at_desk(paola, cast.paola, idea.closes_at)
        assert "scaduta" in see(browser, "/turni/idee/")
        answer = press(browser, f"/turni/idee/{idea.id}/apertura")
    assert answer.status_code == 409 and "troppo tardi" in answer.text and now(idea).state == "published"


def test_an_idea_of_another_project_is_not_there(app, cast, at, idea):
    ugo = at_desk(app.test_client(), cast.ugo, at)
    assert "Nessuna idea pubblicata" in see(ugo, "/turni/idee/")
    for path in ("apertura", "ritiro"):
        assert press(ugo, f"/turni/idee/{idea.id}/{path}").status_code == 404
    Service.update(project=cast.project).execute()
    assert preview(ugo, typed(cast)).status_code == 422


def test_looking_at_ideas_changes_nothing_and_their_addresses_lead_home(paola, cast, at, idea):
    before = Event.select().count(), Message.select().count()
    for path in ("", "nuova/"):
        see(paola, f"/turni/idee/{path}")
    for path in (f"{idea.id}/apertura", f"{idea.id}/ritiro"):
        assert paola.get(f"{paola.base}/turni/idee/{path}").location == f"{paola.base}/turni/idee/"
    assert paola.get(f"{paola.base}/turni/idee/nuova/anteprima").location == f"{paola.base}/turni/idee/nuova/"
    assert (Event.select().count(), Message.select().count()) == before


def test_an_idea_and_an_opening_of_the_same_day_may_stand_beside_each_other(paola, cast, at):
    opening_of(cast, on=date(2026, 12, 18))
    page = preview(paola, typed(cast))
    assert boxes(page) == {"2026-12-18": True}
    save(paola, page)
    assert (Idea.select().count(), Opening.select().count()) == (1, 1)


def test_the_verb_itself_publishes_no_twin(cast, at, idea):
    assert ideas.publish_missing([Draft.of(idea)], cast.project, cast.paola, at=at) == []
    assert Idea.select().count() == 1 and len(said("idea")) == 2
