"""How it looks: public pages and every piece, in a real Chromium, small and wide, light and dark, without script."""

import gzip
import hashlib
import re
import time

import pytest
from playwright.sync_api import expect
from cast import make_cast
from conftest import AT, Live
from flask import g, render_template_string
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired

from models import Company, Message

PAGES = ("/", "/a/48291", "/a/11111", "/a/48291/inviato", "/a/48291/locandina", "/privacy", "/accessibilita", "/kit",
         "/kit?door=desk", "/kit?wrong=1", "/nowhere")
FIRST_VIEW = 25 * 1024   # bytes over the wire, in at most three requests

# An inline link may be as high as its line (WCAG 2.5.8); what stands alone is for thumbs.
TOO_SMALL = """[...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')]
  .filter(e => !e.matches('.skip') && !(e.matches('a:not(.button)') && e.closest('p, main li:not(.rows li, .side li)')))
  .filter(e => { const r = (e.closest('.choice') || e).getBoundingClientRect(); return r.width && r.height < 44 })
  .map(e => e.outerHTML)"""


class KitForm(FlaskForm):
    """One field of each kind."""

    where = SelectField("In quale comune?", description="Dove serve",
                        choices=[SelectChoice("1", "Romano di Lombardia")])
    on = DateField("Che giorno?", validators=[InputRequired("Scegli un giorno.")])
    age = RadioField("Quanti anni ha?", choices=[SelectChoice("0", "0-2 anni"), SelectChoice("3", "3-5 anni")],
                     description="Basta la fascia", validators=[InputRequired("Scegli la fascia d'età.")])
    sure = BooleanField("Va bene anche un altro giorno", validators=[InputRequired("Dicci se va bene.")])
    words = TextAreaField("Per noi")


@pytest.fixture
def house(at, app, project_folder):
    """The public door with its cast, a firm with a long name, and a page of all pieces at /kit."""
    kit = (project_folder / "tests/kit.html").read_text()

    @app.route("/kit")
    def kit_page():
        from flask import request
        form = KitForm(formdata=None)
        if request.args.get("wrong"):
            form.validate()
        return render_template_string(kit, form=form, at=g.at, door=request.args.get("door", "page"))

    make_cast(AT)
    Company.update(name="Officine Meccaniche Fratelli Bettinelli di Bettinelli Gianfranco e Figli S.n.c.").where(
        Company.code == "48291").execute()
    house = Live(app)
    yield house
    house.stop()


@pytest.fixture
def looked_at(browser, house):
    """`looked_at(width, scheme)`: a browser window of that width; no page of it may complain on its console."""
    windows, said = [], []

    def window(width=360, scheme="light", **more):
        windows.append(browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme,
                                           locale="it-IT", base_url=house.url, **more))
        page = windows[-1].new_page()
        page.on("console", lambda line: said.append(line.text))
        return page

    yield window
    for one in windows:
        one.close()
    # a 404 or 422 as wanted; htmx moves the focus itself
    harmless = ("Failed to load resource", "Autofocus processing was blocked")
    assert not [line for line in said if not line.startswith(harmless)]


# ---------------------------------------------------------------- every page

@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_readable_by_everybody_and_fits(looked_at, axe, width, scheme):
    page = looked_at(width, scheme)
    for path in PAGES:
        page.goto(path)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than its window"
        assert page.evaluate(TOO_SMALL) == [], path


@pytest.mark.browser
def test_lines_of_text_never_run_longer_than_forty_rem(looked_at):
    page = looked_at(1280)
    for path in PAGES:
        page.goto(path)
        widest = page.evaluate(
            "Math.max(0, ...[...document.querySelectorAll('main p, main li')].map(e => e.offsetWidth))")
        rem = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert widest <= 40 * rem + 1 or "desk" in path, path


@pytest.mark.browser
def test_a_keyboard_finds_the_way_past_the_header(looked_at):
    page = looked_at()
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


# ---------------------------------------------------------------- sending

def slowly(page):
    """Hold back every POST of this window for a moment, and count them."""
    posts = []

    def hold(route):
        if route.request.method == "POST":
            posts.append(route.request.url)
            time.sleep(0.4)
        route.continue_()

    page.route("**/*", hold)
    return posts


@pytest.mark.browser
def test_a_form_being_sent_says_so_and_is_not_sent_twice(looked_at):
    page = looked_at()
    page.goto("/a/48291")
    posts = slowly(page)
    page.get_by_label("Il tuo numero di cellulare").fill("333 000 0555")
    page.evaluate("""() => { const form = document.querySelector('#number-card form');
        const said = () => { document.title = getComputedStyle(form.querySelector('.sending')).display + ' '
            + getComputedStyle(form.querySelector('button')).pointerEvents };
        form.addEventListener('htmx:before:request', () => setTimeout(said, 50));
        form.requestSubmit(); form.requestSubmit(); }""")
    expect(page).to_have_title("inline none")
    page.wait_for_url("**/inviato*")
    assert len(posts) == 1 and Message.select().count() == 1


@pytest.mark.browser
def test_a_refused_number_comes_back_with_its_error_in_focus(looked_at):
    page = looked_at()
    page.goto("/a/48291")
    page.get_by_label("Il tuo numero di cellulare").fill("035 123456")
    page.get_by_role("button", name="Mandami il collegamento").click()
    page.locator("#number-error").wait_for()
    assert page.get_by_label("Il tuo numero di cellulare").input_value() == "035 123456"
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.url.endswith("/a/48291")


@pytest.mark.browser
def test_without_javascript_the_number_goes_the_same_way(looked_at):
    page = looked_at(java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Il codice della locandina").fill("48291")
    page.get_by_role("button", name="Avanti").click()
    page.get_by_label("Il tuo numero di cellulare").fill("035 123456")
    page.get_by_role("button", name="Mandami il collegamento").click()
    assert "numero fisso" in page.locator("#number-error").inner_text()
    page.get_by_label("Il tuo numero di cellulare").fill("333 000 0555")
    page.get_by_role("button", name="Mandami il collegamento").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ti abbiamo mandato un SMS"


# ---------------------------------------------------------------- on paper

@pytest.mark.browser
def test_the_poster_is_one_sheet_of_a4(looked_at):
    page = looked_at(1280, "dark")
    page.goto("/a/48291/locandina")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert (round(width), round(height)) == (595, 842)


# ---------------------------------------------------------------- weight and rules

@pytest.mark.browser
def test_a_first_view_asks_three_times_for_at_most_25_kib(looked_at, house):
    page, asked = looked_at(), []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith("http") else None)
    page.goto("/a/48291", wait_until="networkidle")
    client = house.app.test_client()
    wire = [client.get(url.removeprefix(house.url), headers={"Accept-Encoding": "gzip"}) for url in asked]
    assert len(asked) <= 3
    assert sum(len(answer.data) for answer in wire) <= FIRST_VIEW
    assert all("immutable" in answer.headers["Cache-Control"] for answer in wire[1:])


def test_the_style_sheet_stays_small(project_folder):
    assert len(gzip.compress((project_folder / "static/style.css").read_bytes(), 9)) < 5 * 1024


def test_no_template_carries_a_style_or_a_script_of_its_own(project_folder):
    for path in (project_folder / "templates").rglob("*.html"):
        if "messages" in path.parts:
            continue  # mails cannot bring a style sheet along
        found = re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|hx-on|javascript:", path.read_text())
        assert not found, f"{path.name}: {found}"


def test_htmx_is_the_file_its_origin_says(project_folder):
    hashed = hashlib.sha256((project_folder / "static/htmx.min.js").read_bytes()).hexdigest()
    assert hashed in (project_folder / "static/README.md").read_text()


def test_the_icon_in_the_page_is_the_icon_in_the_file(app, project_folder):
    with app.test_request_context():
        drawn = app.jinja_env.get_template("macros.html").make_module().favicon()
    assert (project_folder / "static/favicon.svg").read_text().strip() == drawn.strip()
