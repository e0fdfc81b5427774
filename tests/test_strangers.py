"""Walks every address of the house: shut to strangers, inert to whoever only looks, never broken."""

from datetime import date, timedelta
from itertools import product

import pytest
from cast import (
    asked, booked, follow, ironing, link_for, make_cast, opening_of, public_service, referral_of, trust,
)
from house import ROOT

import models
from actions import (
    agreeing, answering, changing, delivering, desk, giving_back, ideas, loading, openings, planning, subscribing, trusting,
)
from actions.moves import Actor
from jobs.turns import turns
from models import DeskItem, Message

# Open to everybody, by name: what this is, a poster, the way in by a link, whether the machine is well.
OPEN = {"static", "health.alive", "health.ready", "links.follow", "operator.closed", "calendar.feed"}
OPEN_DOORS = {"public"}
SIGNED_DOORS = {"twilio"}     # shut by a signature instead of a cookie
SHUT = {302, 303, 401, 403, 404}


@pytest.fixture
def cast(app, at):
    """Everybody, in the middle of their day."""
    return make_cast(at - timedelta(days=2))


@pytest.fixture
def things(cast, at):
    """What the addresses name: links, a request that waits, one that is agreed, what lies on the desk."""
    before = at - answering.UNDO     # so that the person knows of it by now
    waiting, agreed = asked(cast, at=at), asked(cast, at=before, begins="09:00", ends="11:00")
    [appointment] = answering.confirm(referral_of(agreed), cast.marta, cast.marta, at=before)
    offered = asked(cast, at=at, on=date(2026, 12, 14))
    proposal = agreeing.propose(referral_of(offered), planning.Slot(offered.starts_at, offered.ends_at), None,
                                by=Actor("operator", cast.marta.id), at=at, operator=cast.marta)
    planned = asked(cast, at=before, on=date(2026, 12, 15))
    [to_move] = answering.confirm(referral_of(planned), cast.marta, None, at=before)
    wish = changing.ask_change(to_move, to_move.starts_at + timedelta(days=1), by=Actor("employee", cast.gianni.id), at=at)
    opening = opening_of(cast, minimum=1)
    idea = ideas.publish(openings.Draft.of(opening), cast.project, cast.paola, at=at)
    places = [_place_done(cast, at), booked(cast, opening, at=at), _place_offered(cast, at)]
    round = opening_of(cast, service=ironing(), collection=("Portineria",), minimum=1)
    booked(cast, round, at=at, answers={}, collection="Portineria")
    calendar = subscribing.subscribe(cast.marta, at=at)
    item = desk.open_item("to_phone", project=cast.project, at=at, request=waiting)
    referral = referral_of(waiting)
    links = {
        "employee": link_for("employee", at=at, employee=cast.gianni),
        "join": trusting.make_link("join", at=at, phone=models.Phone.create(number="+393330000077"), company=cast.firm),
        "operator": link_for("operator", at=at, operator=cast.marta),
        "referral": link_for("referral", at=at, operator=cast.marta, referral=referral),
        "desk": link_for("desk", at=at, coordinator=cast.paola),
        "company": link_for("company", at=at, company=cast.firm),
    }
    item = item or DeskItem.get()
    return {
        "link": [link.id for link in [*links.values(), calendar]], "token": [trusting.token_of(calendar)],
        "operator": [cast.marta.id], "coordinator": [cast.paola.id],
        "referral": [referral.id], "appointment": [appointment.id], "visit": [appointment.id],
        "opening": [opening.id, opening_of(cast, on=date(2026, 12, 10)).id, round.id], "idea": [idea.id],
        "place": [place.id for place in places],
        "proposal": [proposal.id, wish.id], "request": [waiting.id], "item": [item.id], "thing": [item.id, waiting.id],
        "reference": [waiting.reference, agreed.reference, *(place.request.reference for place in places)],
        "need": ["figli", "ascolto"],
        "name": ["da-chiamare", "aperte", "in-mano"], "noun": ["nota"], "project": [cast.project.id],
        "code": [cast.firm.code, cast.bs.code, public_service().code], "key": ["2026-12-04"], "message": [Message.select().first().id],
        "month": ["2026-12"], "links": links,
    }


def _place_done(cast, at):
    """A place that was marked yesterday: how it went can still be said."""
    opening = opening_of(cast, on=date(2026, 11, 30), minimum=1)
    place = booked(cast, opening, at=at - timedelta(days=20))
    turns(at - timedelta(days=20))
    delivering.deliver(place, cast.marta, at=at)
    return place


def _place_offered(cast, at):
    """A place that Gianni may take."""
    opening = opening_of(cast, on=date(2026, 12, 14), minimum=1, places=1)
    held, place = booked(cast, opening, cast.sara, at=at), booked(cast, opening, at=at, may_wait=True)
    giving_back.cancel(held.request, by=Actor("employee", cast.sara.id), at=at)
    turns(at)
    return place


def addresses(app, things, method="GET"):
    """Every address that answers this method, with every thing it could name: (endpoint, path)."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in rule.methods:
                names = sorted(rule.arguments)
                for values in product(*(_candidates(rule, name, things) for name in names)):
                    yield rule.endpoint, app.url_for(rule.endpoint, **dict(zip(names, values)))


def _candidates(rule, name, things):
    if name == "filename":
        return ["style.css"]
    converter = rule._converters.get(name)
    choices = sorted(getattr(converter, "items", ()))
    return choices or things.get(name) or [1 if "Integer" in type(converter).__mro__[1].__name__ else "x"]


def locked(app, things, method="GET"):
    """The addresses that are not for everybody."""
    return [(endpoint, path) for endpoint, path in addresses(app, things, method)
            if endpoint not in OPEN and endpoint.split(".")[0] not in OPEN_DOORS]


def everything():
    """Every row of every table."""
    return {model.__name__: sorted(map(repr, model.select().tuples())) for model in models.TABLES}


def stranger(app, cast, at):
    """A browser of people who have every right elsewhere: another cooperative, another project, another firm."""
    browser = app.test_client()
    trust(browser, cast.outsider, at=at)
    trust(browser, cast.ugo, at=at)
    for link in (link_for("employee", at=at, employee=cast.teresa), link_for("company", at=at, company=cast.big_firm),
                 link_for("operator", at=at, operator=cast.outsider), link_for("desk", at=at, coordinator=cast.ugo)):
        assert follow(browser, link).status_code == 200, f"the {link.purpose} link leads nowhere"
    return browser


def complain(found):
    """Fail with a line for each."""
    assert not found, "\n" + "\n".join(map(str, found))


# ---------------------------------------------------------------- shut

def test_every_door_is_shut_to_who_brings_nothing(app, things):
    walked = locked(app, things)
    assert {"employee", "operator", "desk", "company", "trust", "welcome", "referral"} <= {e.split(".")[0] for e, _ in walked}
    complain([(path, status) for endpoint, path in walked
              if (status := app.test_client().get(path).status_code) not in SHUT])


def test_every_route_denies_every_stranger(app, cast, things, at):
    browser = stranger(app, cast, at)
    complain([(path, status) for endpoint, path in locked(app, things)
              if (status := browser.get(path).status_code) not in SHUT])


def test_a_stranger_presses_every_button_and_nothing_moves(app, cast, things, at):
    browser = stranger(app, cast, at)
    before = everything()
    answers = [(path, browser.send(path).status_code) for endpoint, path in locked(app, things, "POST")]
    assert answers
    complain([(path, status) for path, status in answers if status not in SHUT])
    assert everything() == before


def test_no_form_is_taken_without_its_token(app, cast, things, at):
    browser = app.test_client()
    for link in things["links"].values():
        follow(browser, link)
    trust(browser, cast.marta, at=at), trust(browser, cast.paola, at=at)
    before = everything()
    answers = [(path, browser.post(path).status_code) for endpoint, path in addresses(app, things, "POST")]
    complain([(path, status) for path, status in answers if status not in (400, 403, 404)])
    assert everything() == before


def test_what_is_not_signed_is_refused_though_it_carries_a_form_s_token(app, things):
    signed = [path for endpoint, path in addresses(app, things, "POST") if endpoint.split(".")[0] in SIGNED_DOORS]
    assert signed
    complain([(path, status) for path in signed if (status := app.test_client().send(path).status_code) != 403])


# ---------------------------------------------------------------- inert

def owner(app, cast, things, at):
    """One browser on which everybody has come in: Gianni, Marta, Paola, the firm, somebody invited."""
    browser = app.test_client()
    for link in things["links"].values():
        assert follow(browser, link).status_code == 200, f"the {link.purpose} link leads nowhere"
    trust(browser, cast.marta, at=at), trust(browser, cast.paola, at=at)
    return browser


def test_looking_changes_no_row_whoever_looks(app, cast, things, at):
    browsers = [app.test_client(), owner(app, cast, things, at), stranger(app, cast, at)]
    before = everything()
    for browser in browsers:
        for endpoint, path in addresses(app, things):
            browser.get(path), browser.get(path, headers={"HX-Request": "true"}), browser.head(path)
    after = everything()
    complain([name for name in before if before[name] != after[name]])


def test_opening_every_link_twice_changes_nothing(app, cast, things, at):
    before = everything()
    for link in things["links"].values():
        for _ in range(2):
            assert follow(app.test_client(), link).status_code == 200
    assert everything() == before


def test_every_page_opens_for_its_own_people_in_both_languages(app, cast, things, at):
    browser = owner(app, cast, things, at)
    seen, failed = set(), []
    for language in ("it", "en"):
        for endpoint, path in addresses(app, things):
            answer = browser.get(path + ("&" if "?" in path else "?") + f"lang={language}")
            seen |= {endpoint} if answer.status_code in (200, 302, 303) else set()
            failed += [(path, answer.status_code)] if answer.status_code >= 500 else []
    complain(failed)
    assert {endpoint for endpoint, _ in addresses(app, things)} - seen <= {"links.follow"}


LEAVING = {"operator.close_device", "desk_operators.leave", "employee.leave", "employee.wrong_number"}   # after these the walk would be a stranger's


def test_nothing_is_broken_by_numbers_and_words_nobody_has(app, cast, things, at):
    browser = owner(app, cast, things, at)
    odd = {"link": [0, 2**31 - 1], "operator": [2**31 - 1], "coordinator": [2**31 - 1], "referral": [0], "thing": [0],
           "appointment": [0], "item": [0], "request": [0], "message": [2**31 - 1], "token": ["'", "a" * 3000, "è"],
           "code": ["'", "a" * 3000, "00000", "è"], "reference": ["'", "è" * 300], "need": ["'"],
           "key": ["2026-02-30", "x", "0001-01-01"], "name": ["'", "richiesta"], "project": [2**31 - 1],
           "proposal": [0], "visit": [0], "opening": [0], "month": ["2026-13", "x", "0001-01", "9999-12"],
           "idea": [0, 2**31 - 1], "place": [0]}
    among = {name: list(things.get(name, ())) + values for name, values in odd.items()}   # one odd part, all others real
    typed = {"person": "²", "worker": "²", "colleague": "²", "instead_of": "9" * 30, "cooperative": "9" * 30, "digits": "²",
             "number": "²", "until": "9999-12-31", "stand_in": "9" * 30, "need": "figli", "code": "BS", "shown": "²",
             "day": "9999-12-31", "start": "²", "length": "²", "weekdays": "²", "scope": "²", "seen": "²", "reason": "²",
             "how": "²", "hours": "²", "minutes": "9" * 30, "units": "²", "h1": "²", "m1": "9" * 30, "p1": "²",
             "places": "9" * 30, "minimum": "²", "closes_days": "9" * 30, "days": "weeks", "bridge": "²", "offer": "9:9",
             "end": "²", "age": "²", "collection": "²", "sequence": "²", "score": "²", "why": "²", "words": "\x00",
             "gender": "²", "wants": "²"}
    complain([(path, status) for _, path in addresses(app, among) if (status := browser.get(path).status_code) >= 500])
    complain([(path, status) for endpoint, path in addresses(app, among, "POST") if endpoint not in LEAVING
              and (status := browser.send(path, **typed).status_code) >= 500])


# ---------------------------------------------------------------- the demonstration

def test_the_demonstration_s_page_is_there_only_with_its_setting(client):
    assert client.get("/demo").status_code == 404


def test_looking_at_the_demonstration_changes_no_row(build, at):
    app = build(demo=True)
    with app.app_context():
        loading.mark_demonstration(at)
        import pilot
        assert not pilot.load(pilot.DEMO, at=at, demo=True).errors
        before = everything()
        walked = [path for endpoint, path in addresses(app, {}) if endpoint.startswith("demo.")]
        assert walked
        complain([(path, status) for path in walked if (status := app.test_client().get(path).status_code) >= 500])
        assert everything() == before


def test_the_list_of_open_routes_names_only_what_exists(app):
    real = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert OPEN <= real and (ROOT / "views").is_dir()
