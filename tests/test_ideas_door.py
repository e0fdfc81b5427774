"""The employee's door to ideas: hearing of them only who asked, who would come, how many are missing, and what became of one."""

from datetime import date, timedelta

import pytest
import time_machine
from acts import said
from cast import booked, day_space, follow, link_for, make_cast, moment, opening_of
from pages import cost, words

from actions import ideas, openings, trusting
from actions.moves import Actor
from models import Employee, Idea, Interest, Place

PAOLA = Actor("coordinator", 1)
SIZES = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


@pytest.fixture
def cast(app, at):
    return make_cast(at - timedelta(days=2))


@pytest.fixture
def gianni(client, cast, at):
    """Gianni's page is open in this browser; the fixture is its address."""
    return follow(client, link_for("employee", at=at, employee=cast.gianni)).request.path


def idea_of(cast, at, project=None, on=date(2026, 12, 21), **more):
    """We.Kids on the Monday before Christmas, for three at least of five."""
    draft = openings.Draft(more.pop("service", None) or day_space(), cast.melograno, cast.romano, "Sala civica", moment(on, "08:00"),
                           moment(on, "17:00"), moment(on - timedelta(days=4), "20:00"), 5, 3)
    return ideas.publish(draft, project or cast.project, cast.paola, at=at)


# ---------------------------------------------------------------- news

def test_nobody_hears_of_ideas_who_has_not_asked_and_the_page_says_how_to_stop(client, cast, gianni, at):
    page = client.get(f"{gianni}idee/")
    assert "avvisi spenti" in words(page) and "ti può arrivare un SMS. Li spegni da qui quando vuoi." in words(page)
    idea_of(cast, at)
    assert not said("idea")
    answer = client.press(page, f"{gianni}idee/avvisi", wants="1")
    assert "avvisi accesi" in words(answer) and Employee.get_by_id(cast.gianni.id).news_at == at
    idea_of(cast, at, on=date(2026, 12, 22))
    assert [message.employee_id for message in said("idea")] == [cast.gianni.id]
    assert "avvisi spenti" in words(client.press(answer, f"{gianni}idee/avvisi", wants="0"))
    assert Employee.get_by_id(cast.gianni.id).news_at is None


def test_the_own_page_leads_to_the_ideas(client, cast, gianni, at):
    assert "Idee per nuovi turni" in words(client.get(gianni))
    idea_of(cast, at)
    assert "C'è un'idea per un nuovo turno: ti interessa?" in words(client.get(gianni))
    idea_of(cast, at, on=date(2026, 12, 22))
    assert "Ci sono 2 idee" in words(client.get(gianni))


# ---------------------------------------------------------------- who would come

def test_interest_is_said_changed_and_taken_back(client, cast, gianni, at):
    idea = idea_of(cast, at)
    page = client.get(f"{gianni}idee/")
    assert "lunedì 21 dicembre, dalle 8 alle 17" in words(page) and "mancano 3" in words(page)
    page = client.press(page, f"{gianni}idee/{idea.id}/interesse", number="2")
    assert "Hai detto che ti interessa: 2 bambini." in words(page) and "manca 1" in words(page)
    page = client.press(page, f"{gianni}idee/{idea.id}/interesse", number="3")
    assert "interessa ad abbastanza persone" in words(page) and [row.units for row in Interest.select()] == [3]
    page = client.press(page, f"{gianni}idee/{idea.id}/rinuncia")
    assert "mancano 3" in words(page) and not Interest.select().exists()


def test_how_many_are_missing_tells_nobody_who(client, cast, gianni, at):
    idea = idea_of(cast, at)
    ideas.be_interested(idea, cast.sara, 1, at=at)
    one = client.get(f"{gianni}idee/").text
    ideas.be_interested(idea, cast.sara, 0, at=at), ideas.be_interested(idea, cast.teresa, 1, at=at)
    other = client.get(f"{gianni}idee/").text
    assert one.split("csrf")[0] == other.split("csrf")[0] and "manca" in one and "Hai detto" not in one and "Sara" not in one and "Teresa" not in other


@pytest.mark.parametrize("typed, sentence", [("0", "da 1 a 5"), ("-1", "da 1 a 5"), ("", "da 1 a 5"), ("due", "da 1 a 5"),
                                             ("6", "al massimo 5")])
def test_a_number_nobody_can_come_with_is_said_beside_its_field(client, cast, gianni, at, typed, sentence):
    idea, other = idea_of(cast, at), idea_of(cast, at, on=date(2026, 12, 22))
    answer = client.send(f"{gianni}idee/{idea.id}/interesse", number=typed)
    assert answer.status_code == 422 and f'id="number-{idea.id}-error"' in answer.text and sentence in words(answer)
    assert f'id="number-{other.id}-error"' not in answer.text and f'value="{typed}"' in answer.text
    assert not Interest.select().exists()


def test_an_idea_that_became_an_opening_leads_to_the_place_held_or_to_the_opening(client, cast, gianni, at):
    mine, open_to_all = idea_of(cast, at), idea_of(cast, at, on=date(2026, 12, 22))
    page = client.get(f"{gianni}idee/")
    ideas.be_interested(mine, cast.gianni, 1, at=at)
    opened = [ideas.open_idea(idea, by=PAOLA, at=at) for idea in (mine, open_to_all)]
    answer = client.press(page, f"{gianni}idee/{mine.id}/interesse", number="1")
    assert answer.status_code == 409 and f"/richieste/{Place.get().request.reference}" in answer.text
    answer = client.press(page, f"{gianni}idee/{open_to_all.id}/interesse", number="1")
    assert answer.status_code == 409 and "è diventata un turno" in words(answer) and f"/turni/{opened[1].id}" in answer.text
    assert "c'è un posto per te" in words(client.get(gianni)) and "Mi interessa" not in client.get(f"{gianni}idee/").text


def test_an_idea_withdrawn_or_over_is_said(client, cast, gianni, at):
    gone, late = idea_of(cast, at), idea_of(cast, at, on=date(2026, 12, 22))
    page = client.get(f"{gianni}idee/")
    ideas.withdraw(gone, by=PAOLA, at=at)
    answer = client.press(page, f"{gianni}idee/{gone.id}/interesse", number="1")
    assert answer.status_code == 409 and "è stata ritirata" in words(answer)
    with time_machine.travel(late.closes_at, tick=False):
        answer = client.press(page, f"{gianni}idee/{late.id}/interesse", number="1")
        assert answer.status_code == 409 and "Il tempo per quest'idea è finito" in words(answer)
        assert "Qui vedrai le idee." in words(client.get(f"{gianni}idee/"))
    assert not Interest.select().exists()


# ---------------------------------------------------------------- whose it is, what it costs, how it looks

def test_another_project_s_idea_is_not_there(client, cast, gianni, at):
    theirs = idea_of(cast, at, project=cast.elsewhere)
    assert "Mi interessa" not in client.get(f"{gianni}idee/").text
    assert {client.send(f"{gianni}idee/{theirs.id}/{noun}", number="1").status_code for noun in ("interesse", "rinuncia")} == {404}


def test_who_waits_to_be_let_in_sees_no_ideas(client, cast, gianni, at):
    idea = idea_of(cast, at)
    Employee.update(approved_at=None).where(Employee.id == cast.gianni.id).execute()
    assert client.get(f"{gianni}idee/").status_code == 403
    assert client.send(f"{gianni}idee/{idea.id}/interesse", number="1").status_code == 403


@pytest.mark.both_engines
def test_many_ideas_cost_no_more_queries_than_one(engine, client, cast, gianni, at):
    ideas.be_interested(idea_of(cast, at), cast.sara, 1, at=at)
    few = [cost(client, path) for path in (gianni, f"{gianni}idee/")]
    for day in range(22, 31):
        ideas.be_interested(idea_of(cast, at, on=date(2026, 12, day)), cast.gianni, 1, at=at)
    assert [cost(client, path) for path in (gianni, f"{gianni}idee/")] == few and few[1] <= 3


@pytest.mark.browser
@pytest.mark.parametrize("width, scheme", SIZES)
def test_everybody_can_say_that_they_would_come_without_script(live, browser, axe, cast, at, width, scheme):
    idea_of(cast, at), booked(cast, opening_of(cast), cast.sara, at=at)
    for script in (True, False):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script)
        page = context.new_page()
        page.goto(live.url + trusting.path_of(link_for("employee", at=at, employee=cast.gianni)))
        page.get_by_role("link", name="C'è un'idea").click()
        if script:
            assert axe(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.get_by_label("Quanti bambini?").fill("9")
            page.get_by_role("button", name="Mi interessa").click()
            page.locator(".errors").wait_for()
            assert axe(page) == []
        else:
            page.get_by_role("button", name="Mi interessa").click()
            page.get_by_text("Hai detto che ti interessa: 1 bambino.").wait_for()
            assert Idea.select().count() == 1
        context.close()
