"""Every page that other files do not look at is usable by everybody: axe in a real browser, wide and narrow, light and dark."""

from datetime import date, timedelta

import pytest
from cast import asked, booked, day_space, ironing, link_for, make_cast, moment, opening_of, referral_of, trusted_device
from conftest import Live
from test_looks import TOO_SMALL

import pilot
from actions import answering, contesting, delivering, ideas, joining, loading, openings, rating, trusting
from actions.moves import Actor
from models import Company, Coordinator, Coverage, DeskItem, Link, Opening, Operator, Place

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


def openings_at_a_desk(cast, at):
    """An opening that is short, one that is full, one that nobody closed; an idea; what went otherwise."""
    Coverage.create(cooperative=cast.melograno, service=day_space(), municipality=cast.romano)
    short, full = opening_of(cast), opening_of(cast, on=date(2026, 12, 9), places=1, minimum=1)
    over = opening_of(cast, on=date(2026, 11, 27), minimum=1)
    past = over.closes_at - timedelta(days=3)
    went = [booked(cast, over, person, at=past) for person in (cast.gianni, cast.teresa, cast.sara)]
    for place in went[:2]:
        delivering.deliver(place, cast.marta, at=over.ends_at)
    rating.rate(Place.get_by_id(went[0].id), 1, by=Actor("employee", cast.gianni.id), at=at)
    contesting.contest(Place.get_by_id(went[1].id), "less", by=Actor("employee", cast.teresa.id), at=at, words="Due ore")
    delivering.tell_opening_unmarked(Opening.get_by_id(over.id), at=at)
    booked(cast, short, at=at), booked(cast, full, at=at), booked(cast, full, cast.teresa, at=at, may_wait=True)
    idea = ideas.publish(openings.Draft.of(short).later(7), cast.project, cast.paola, at=at)
    ideas.be_interested(idea, cast.sara, 3, at=at)
    return short, full, over


@pytest.mark.parametrize("language", ["it", "en"])
def test_everybody_can_work_with_openings_at_the_desk(live, window, axe, at, language):
    cast = make_cast(at - timedelta(days=20))
    Coordinator.update(language=language).execute()
    short, full, over = openings_at_a_desk(cast, at)
    trusted(window, live, cast.paola, at)
    base = f"{live.url}/banco/{cast.paola.id}"
    things = {item.kind: item.id for item in DeskItem.select()}
    pages = ["turni/", *(f"turni/{row.id}/" for row in (short, full, over)), "turni/idee/", "turni/idee/nuova/", "turni/copia/",
             *(f"turni/{short.id}/{noun}" for noun in ("apertura", "spostamento", "posti", "annullamento")),
             "turni/nuovi/?ponte=2026-12-07", f"contestate/{things['contested']}/", f"voti-bassi/{things['low_score']}/",
             f"da-segnare/{things['unmarked']}/", f"richiesta/{Place.get().request_id}/"]
    wrong = [line for path in pages for line in wrong_with(window, axe, f"{base}/{path}")]
    window.goto(f"{base}/turni/nuovi/?come={short.id}")
    window.locator("input[value=weekly]").check()
    window.locator("#day").fill("2026-12-01"), window.locator("#until").fill("2026-12-29")
    window.locator("input[name=weekdays]").first.check(), window.locator("input[name=weekdays]").nth(1).check()
    window.locator("main button").click()       # the dates: some are there already, one is a holiday
    assert window.locator("input[name=on]").count() > 3
    wrong += [f"preview: {line}" for line in axe(window)]
    window.locator("main button").first.click()
    assert wrong == [] and window.url.endswith("/turni/") and Opening.select().count() > 5


def test_a_series_is_opened_with_the_keyboard_alone(live, browser, at):
    cast = make_cast(at - timedelta(days=20))
    opening = opening_of(cast)
    page = browser.new_context(locale="it-IT", java_script_enabled=False).new_page()
    trusted(page, live, cast.paola, at)
    page.goto(f"{live.url}/banco/{cast.paola.id}/turni/nuovi/?come={opening.id}")
    page.locator("#place").focus()
    page.locator("#day").fill("2026-12-16")
    page.locator("main button").press("Enter")
    page.get_by_role("checkbox").press("Space"), page.get_by_role("checkbox").press("Space")
    page.locator("main button").first.press("Enter")
    assert page.get_by_role("status").inner_text() == "Un turno aperto: si può prenotare."
    page.context.close()


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
