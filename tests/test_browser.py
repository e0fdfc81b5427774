"""The journey in a real browser at phone size, with JavaScript and without; light to load, clean for axe."""

import re
from datetime import date, timedelta

import pytest
from cast import asked, link_for, make_cast, moment, referral_of

from actions import agreeing, answering, planning, trusting
from actions.moves import Actor
from models import Appointment, ServiceRequest

HOUR = timedelta(hours=1)
FIRST_VIEW_BYTES, FIRST_VIEW_REQUESTS = 25 * 1024, 3


@pytest.fixture
def cast(app, at):
    return make_cast(at)


def open_link(page, live, link):
    page.goto(live.url + trusting.path_of(link))


def ask_for_a_sitter(page, home):
    page.get_by_role("link", name="Figli").click()
    page.get_by_role("link", name="Baby-sitting a domicilio").click()
    page.get_by_label("In che comune serve?").select_option("Romano di Lombardia")
    page.get_by_label("Che giorno?").fill("2026-12-04")
    page.get_by_label("A che ora si comincia?").fill("15:00")
    page.get_by_label("Per quanto tempo?").select_option("3 ore")
    page.get_by_text("da 3 a 5 anni").click()
    page.get_by_role("button", name="Vedi il prezzo").click()
    page.get_by_role("button", name="Invia la richiesta").click()


def journey(page, live, cast, at):
    """Gianni asks, Marta confirms from her SMS, thinks better of it, confirms again; Gianni sees it later."""
    open_link(page, live, link_for("employee", at=at, employee=cast.gianni))
    home = page.url
    ask_for_a_sitter(page, home)
    page.get_by_text("in attesa della cooperativa").wait_for()
    request = ServiceRequest.get()
    open_link(page, live, link_for("referral", at=at, operator=cast.marta, referral=referral_of(request)))
    assert "Gianni" not in page.content()
    page.get_by_role("button", name="Confermo, vado io").click()
    page.get_by_role("button", name=re.compile("Annulla la conferma")).click()
    page.get_by_role("button", name="Confermo, vado io").click()
    page.get_by_role("button", name=re.compile("Annulla la conferma")).wait_for()
    assert Appointment.get(Appointment.state == "planned").worker == cast.marta
    page.goto(home)
    return page


def test_the_journey_with_javascript(live, page, cast, at):
    journey(page, live, cast, at)
    assert page.get_by_role("heading", name="Ciao Gianni").is_visible()


def test_back_from_the_sent_request_finds_what_was_read_back_and_sends_nothing_new(live, page, cast, at):
    open_link(page, live, link_for("employee", at=at, employee=cast.gianni))
    ask_for_a_sitter(page, page.url)
    page.get_by_text("in attesa della cooperativa").wait_for()
    page.go_back()
    page.get_by_role("button", name="Invia la richiesta").click()
    page.get_by_text("in attesa della cooperativa").wait_for()
    assert ServiceRequest.select().count() == 1


@pytest.fixture
def plain_page(browser, browser_context_args):
    """A phone whose browser runs no script."""
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    yield context.new_page()
    context.close()


def test_the_journey_without_javascript(live, plain_page, cast, at):
    journey(plain_page, live, cast, at)
    assert plain_page.get_by_role("heading", name="Ciao Gianni").is_visible()


def test_the_first_view_of_a_person_s_page_is_light(live, browser, browser_context_args, cast, at):
    for n in range(3):
        asked(cast, at=at, begins=f"1{n}:00", ends=f"1{n + 2}:00")
    context = browser.new_context(**browser_context_args)
    page, seen = context.new_page(), []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: seen.append(event["encodedDataLength"]))
    open_link(page, live, link_for("employee", at=at, employee=cast.gianni))
    page.wait_for_load_state("networkidle")
    context.close()
    assert len(seen) <= FIRST_VIEW_REQUESTS, seen
    assert sum(seen) <= FIRST_VIEW_BYTES, seen


def employee_pages(cast, at):
    """Every page of the employee's door, as paths after her address."""
    mine = asked(cast, at=at)
    agreed = asked(cast, at=at, on=date(2026, 12, 7))
    answering.confirm(referral_of(agreed), cast.marta, cast.marta, at=moment(date(2026, 11, 30), "09:00"))
    [visit] = agreed.appointments
    offered = asked(cast, at=at, on=date(2026, 12, 9))
    agreeing.propose(referral_of(offered), planning.Slot(offered.starts_at + HOUR, offered.ends_at + HOUR), cast.marta,
                     by=Actor("operator", cast.marta.id), at=at, operator=cast.marta)
    return ["", "chiedi/figli", "chiedi/anziani", "chiedi/tempo", "chiedi/figli/BS", "chiedi/anziani/AD", "chiamami",
            "chiamami/fatto", "non-sono-io", f"richieste/{mine.reference}", f"richieste/{agreed.reference}",
            f"richieste/{agreed.reference}/annullamento", f"richieste/{offered.reference}",
            f"visite/{visit.id}/spostamento", f"visite/{visit.id}/annullamento"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_employee_s_pages_are_clean_for_axe(live, browser, axe, cast, at, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="it-IT")
    page, wrong = context.new_page(), []
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    open_link(page, live, link_for("employee", at=at, employee=cast.gianni))
    home = page.url
    for path in employee_pages(cast, at):
        page.goto(home + path)
        wrong += [f"{path}: {line}" for line in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{path}: scrolls sideways")
    page.goto(home + "chiedi/figli/BS")
    page.get_by_role("button", name="Vedi il prezzo").click()
    wrong += [f"errors: {line}" for line in axe(page)]
    context.close()
    assert not [line for line in wrong if "422" not in line]
