"""Every page that other files do not look at is usable by everybody: axe in a real browser, wide and narrow, light and dark."""

from datetime import date, timedelta

import pytest
from cast import asked, booked, ironing, link_for, make_cast, moment, opening_of, referral_of, trusted_device
from conftest import Live
from test_looks import TOO_SMALL

import pilot
from actions import answering, contesting, delivering, joining, loading, openings, rating, trusting
from actions.moves import Actor
from models import Company, DeskItem, Link, Operator, Place

pytestmark = pytest.mark.browser
SIZES = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}-{size[1]}")
def window(request, browser):
    """A browser window that keeps what its console complains of."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="it-IT")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    yield page
    context.close()


def wrong_with(page, axe, url):
    """What axe, the console and the width have against this page."""
    page.goto(url)
    sideways = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    complaints = [line for line in page.complaints if "404" not in line]      # a page of ours that says "not found"
    return [f"{url}: {line}" for line in [*axe(page), *complaints, *(["scrolls sideways"] if sideways else [])]]


def trusted(page, live, person, at):
    """Make this window a trusted device."""
    name, value = trusted_device(person, at=at)[1]
    page.context.add_cookies([{"name": name, "value": value, "url": live.url}])


def a_full_desk(cast, at):
    """One thing on each list."""
    request = asked(cast, at=at, service=cast.ad)
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    joining.call_me(cast.sara, "pranzo", language="en", at=at)
    Company.update(joins=99).where(Company.id == cast.firm.id).execute()
    joining.invite(cast.firm, "+393330000555", "it", address="127.0.0.1", at=at)
    joining.join(Link.select().order_by(Link.id.desc()).get(), at=at, language="it")
    return asked(cast, at=at)


def test_everybody_can_work_at_the_desk(live, window, axe, at):
    cast = make_cast(at)
    open_one = a_full_desk(cast, at)
    trusted(window, live, cast.paola, at)
    base = f"{live.url}/banco/{cast.paola.id}"
    lists = ["ritardo", "senza-cooperativa", "da-chiamare", "messaggi", "non-arrivati", "adesioni", "in-mano", "aperte"]
    unassigned = DeskItem.get(DeskItem.kind == "unassigned").id
    pages = ["", *(f"{name}/" for name in lists), f"senza-cooperativa/{unassigned}/", f"richiesta/{open_one.id}/", "aziende/", "assenza/"]
    assert [line for path in pages for line in wrong_with(window, axe, f"{base}/{path}")] == []


def a_month_of_work(cast, at):
    """A visit and an opening that were done, contested, thanked for; a round to come; an opening that goes on."""
    before = at - timedelta(days=9)
    visit = answering.confirm(referral_of(asked(cast, at=before, on=date(2026, 11, 25))), cast.marta, cast.marta, at=before)[0]
    delivering.mark(visit, 150, cast.marta, at=visit.ends_at)
    done = opening_of(cast, on=date(2026, 11, 26), minimum=1)
    place = booked(cast, done, units=2, at=done.closes_at - timedelta(hours=1))
    delivering.close_day(done, cast.marta, {place.id: 1}, {cast.marta.id: 540}, at=done.ends_at)
    person = Actor("employee", cast.gianni.id)
    contesting.contest(Place.get_by_id(place.id), "less", by=person, at=done.ends_at)
    contesting.resolve(Place.get_by_id(place.id), "stands", "Resta com'era.", by=Actor("coordinator", 1), at=done.ends_at)
    rating.thank(Place.get_by_id(place.id), by=person, at=done.ends_at)
    now = opening_of(cast, on=at.date(), begins="08:00", ends="12:00", closes=moment(at.date(), "08:00"), minimum=1)
    booked(cast, now, units=3, at=at - timedelta(hours=2))
    openings.lead(now, cast.marta, cast.marta, at=at)
    round = opening_of(cast, service=ironing(), collection=("azienda", "Portineria"), minimum=5)
    booked(cast, round, cast.sara, 2, at=at, answers={}, collection="azienda")
    return done, now, round


@pytest.mark.parametrize("language", ["it", "en"])
def test_everybody_can_say_how_it_went_and_print_the_hours(live, window, axe, at, language):
    cast = make_cast(at - timedelta(days=30))
    Operator.update(language=language).execute()
    done, now, round = a_month_of_work(cast, at)
    trusted(window, live, cast.marta, at)
    base = f"{live.url}/operatore/{cast.marta.id}"
    paths = ["", *(f"turno/{one.id}" for one in (done, now, round)), f"turno/{round.id}/raccolta", "ore/2026-11",
             "ore/2026-11/cooperativa", "ore/2026-08"]
    wrong = [line for path in paths for line in wrong_with(window, axe, f"{base}/{path}")]
    window.goto(f"{base}/turno/{now.id}")
    window.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    window.locator(f"#h{cast.marta.id}").fill("nove")
    window.locator("#close button").click()
    window.locator(f"#h{cast.marta.id}-error").wait_for()
    window.complaints.clear()           # the 422 as wanted
    assert wrong + axe(window) == []
    small = window.evaluate(TOO_SMALL)
    assert small == []


def test_everybody_finds_the_way_in(live, window, axe, at):
    cast = make_cast(at)
    joining.invite(cast.firm, cast.gianni.phone.number, "it", address="127.0.0.1", at=at)
    invitation = Link.get(Link.purpose == "join")
    links = [invitation, link_for("desk", at=at, coordinator=cast.paola), link_for("operator", at=at, operator=cast.marta),
             link_for("company", at=at, company=cast.firm)]
    wrong = [line for link in links for line in wrong_with(window, axe, live.url + trusting.path_of(link))]
    wrong += wrong_with(window, axe, f"{live.url}/conferma/{links[1].id}/codice")
    Link.update(revoked_at=at).where(Link.id == links[3].id).execute()
    wrong += wrong_with(window, axe, live.url + trusting.path_of(links[3]))        # an old one
    wrong += wrong_with(window, axe, live.url + "/l/nobodysLinkAtAll12345678")     # an unknown one
    assert wrong == []


def test_everybody_can_play_the_demonstration(build, window, axe, at):
    house = build(demo=True)
    with house.app_context():
        pilot.load(pilot.DEMO, at=at, demo=True)
        loading.mark_demonstration(at)
        served = Live(house)
        wrong = wrong_with(window, axe, f"{served.url}/demo")
        served.stop()
    assert wrong == []
