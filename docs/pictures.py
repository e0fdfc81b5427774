"""Walk through the demonstration in a real browser and take the README's pictures.

Start it on an empty database first (`make run`), then: .venv/bin/python docs/pictures.py http://127.0.0.1:8000
"""

import re
import sys
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
DAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")


class Walk:
    """One newcomer with two windows: the demonstration's phones, and what its links open."""

    def __init__(self, browser, url):
        self.url = url
        self.context = browser.new_context(viewport=DESK, locale="it-IT", color_scheme="light")
        self.phones, self.page = self.context.new_page(), self.context.new_page()
        self.page.set_viewport_size(PHONE)
        self.group = []         # the pages of those who booked together
        self.gianni = ""        # his page, once he has joined: most texts to him ask for an answer and name no page
        self.marta = ""         # her page, once her phone is a trusted one

    def keep(self, name, page=None, whole=False):
        """Keep a picture of this page."""
        (page or self.page).screenshot(path=PICTURES / f"{name}.png", full_page=whole)

    def texts(self, and_what_waits=False):
        """Look at the phones; with `and_what_waits` after the clock has moved to the first text that waits."""
        self.phones.goto(f"{self.url}/demo")
        self.phones.get_by_role("button", name="Consegna ora").click()
        self.phones.wait_for_timeout(700)
        there = self.phones.get_by_role("button", name="Sposta l'orologio lì")
        if and_what_waits and there.count():
            there.click()
            there.wait_for(state="detached")
        self.phones.reload()

    def open_last_link(self, column):
        """Open the last link on the phone in this column."""
        links = self.phones.locator(f"#column-{column} .bubble a")
        self.page.goto(self.url + links.last.get_attribute("href"))

    def look_at(self, column, whose):
        """Show another phone in this column, by its owner's name or number."""
        self.phones.goto(f"{self.url}/demo")
        choice = self.phones.locator(f"#switch-{column} option", has_text=whose).first.get_attribute("value")
        self.phones.goto(f"{self.url}/demo?{column}={choice}")

    def move(self, button):
        """Move the clock, and wait until the button's work is done: the way there may be shown before it."""
        with self.phones.expect_response(re.compile("/demo/orologio"), timeout=60_000):
            self.phones.get_by_role("button", name=button).click()
        self.phones.wait_for_timeout(1000)
        self.phones.goto(f"{self.url}/demo")


def join(walk):
    """Gianni, from the poster to his page."""
    walk.page.goto(f"{walk.url}/a/48291")
    walk.keep("poster")
    walk.page.get_by_label("Il tuo numero di cellulare").fill("333 000 1001")
    walk.page.get_by_role("button", name="Mandami il collegamento").click()
    walk.page.wait_for_url(re.compile("/inviato"))
    walk.texts()
    walk.open_last_link("a")
    walk.page.get_by_role("button", name="Sono io").click()
    walk.page.get_by_role("heading", name="Ciao").wait_for()
    walk.gianni = walk.page.url.split("#")[0]


def ask(walk):
    """Gianni asks for a sitter, a week from now."""
    walk.page.get_by_role("link", name="Figli").click()
    walk.page.get_by_role("link", name="Baby-sitting a domicilio").click()
    walk.page.get_by_label("In che comune serve?").select_option("Romano di Lombardia")
    walk.page.get_by_label("Che giorno?").fill((date.today() + timedelta(days=8)).isoformat())
    walk.page.get_by_label("A che ora si comincia?").fill("15:00")
    walk.page.get_by_label("Per quanto tempo?").select_option("3 ore")
    walk.page.get_by_text("da 3 a 5 anni").click()
    walk.page.get_by_role("button", name="Vedi il prezzo").click()
    walk.keep("read-back", whole=True)
    walk.page.get_by_role("button", name="Invia la richiesta").click()
    walk.page.get_by_text("in attesa della cooperativa").wait_for()
    walk.page.goto(walk.page.url.split("richieste")[0])
    walk.keep("employee", whole=True)


def answer(walk):
    """Marta confirms, then makes her phone a trusted one."""
    walk.texts(and_what_waits=True)
    walk.open_last_link("b")
    walk.keep("referral", whole=True)
    walk.page.get_by_role("button", name="Confermo, vado io").click()
    walk.page.get_by_role("button", name=re.compile("Annulla la conferma")).wait_for()
    walk.page.get_by_role("link", name=re.compile("conferma questo telefono", re.I)).click()
    walk.page.get_by_role("button", name="Mandami il codice").click()
    walk.page.wait_for_url(re.compile("codice"))
    walk.texts()
    digits = re.findall(r"\b\d{6}\b", walk.phones.locator("#column-b .talk").inner_text())[-1]
    walk.page.get_by_label("Il codice di sei cifre").fill(digits)
    walk.page.get_by_role("button", name=re.compile("^(Entra|Conferma)")).click()
    walk.page.wait_for_url(re.compile("/operatore/"))
    walk.keep("operator", whole=True)


def another_time(walk):
    """Gianni asks for a second day; Marta proposes another hour, he asks for his own, and she agrees to that."""
    walk.marta = walk.page.url.split("#")[0]
    walk.page.set_viewport_size(PHONE)
    home = walk.gianni
    _ask_for(walk, home, days=9)
    walk.page.goto(walk.marta)
    card = walk.page.locator("article", has_text="Proponi un altro orario").first
    card.get_by_text("Proponi un altro orario").click()
    card.get_by_label("A che ora si comincia?").fill("16:00")
    card.get_by_role("button", name="Manda la proposta").click()
    walk.page.get_by_text("in attesa della persona").first.wait_for()
    walk.page.goto(home)
    walk.page.get_by_text("proposta per te").first.wait_for()
    walk.keep("proposal", whole=True)
    walk.page.get_by_text("Chiedi un altro orario").click()
    walk.page.get_by_label("A che ora si comincia?").fill("14:30")
    walk.page.get_by_role("button", name="Chiedi questo orario").click()
    walk.page.get_by_text("la cooperativa ti risponde").first.wait_for()
    walk.page.goto(walk.marta)
    with walk.page.expect_response(re.compile("/conferma")):
        walk.page.get_by_role("button", name="Va bene, vado io").click()
    walk.page.goto(home)
    walk.page.get_by_text("dalle 14:30 alle 17:30").first.wait_for()


def every_week(walk):
    """Three visits, one a week; Marta confirms, and Gianni asks to move one of them."""
    home = walk.page.url
    _ask_for(walk, home, days=15, times="3")
    walk.page.goto(walk.marta)
    walk.page.get_by_role("button", name="Confermo, vado io").first.click()
    walk.page.get_by_role("button", name=re.compile("Annulla la conferma")).first.wait_for()
    walk.phones.goto(f"{walk.url}/demo")
    walk.move("+1 ora")
    walk.page.goto(home)
    walk.page.locator("article", has_text="E poi altre 2 visite").locator("h3 a").click()
    walk.keep("series", whole=True)
    walk.page.get_by_role("link", name=re.compile("^Sposta")).nth(1).click()
    walk.page.get_by_label("A che ora si comincia?").fill("17:00")
    walk.page.get_by_role("button").last.click()
    walk.page.get_by_text("Hai chiesto di spostare la visita").wait_for()
    walk.page.goto(walk.marta)
    walk.page.get_by_text("chiede di spostare").first.wait_for()


def _ask_for(walk, home, *, days, times=None):
    on = date.today() + timedelta(days=days)
    walk.page.goto(f"{home}chiedi/figli/BS")
    walk.page.get_by_label("In che comune serve?").select_option("Romano di Lombardia")
    walk.page.get_by_label("Che giorno?").fill(on.isoformat())
    walk.page.get_by_label("A che ora si comincia?").fill("15:00")
    walk.page.get_by_label("Per quanto tempo?").select_option("3 ore")
    walk.page.get_by_text("da 3 a 5 anni").click()
    if times:
        walk.page.get_by_text("Ogni settimana").click()
        walk.page.get_by_label(DAYS[on.weekday()]).check()
        walk.page.get_by_label("Oppure: per quante volte?").fill(times)
    walk.page.get_by_role("button", name="Vedi il prezzo").click()
    walk.page.get_by_role("button", name="Invia la richiesta").click()
    walk.page.get_by_text("in attesa della cooperativa").wait_for()


GROUP = (("48291", "1002", 2), ("51038", "1005", 1), ("52178", "1009", 2), ("53316", "1010", 1))    # poster, number, children


def a_group(walk):
    """People of four firms book the first We.Kids; with the last one it takes place, and the first reads so."""
    homes = [_join_as(walk, code, number) for code, number, _units in GROUP]
    for home, (_code, _number, units) in zip(homes, GROUP):
        badge = _book(walk, home, units)
        if units == 2 and "mancano 4" in badge:
            walk.keep("place", whole=True)
    assert "confermata" in badge, badge
    walk.texts()
    walk.page.goto(homes[0])
    walk.page.get_by_text("confermata").first.wait_for()
    walk.group = homes


def _join_as(walk, code, number):
    walk.page.goto(f"{walk.url}/a/{code}")
    walk.page.get_by_label("Il tuo numero di cellulare").fill(f"333 000 {number}")
    walk.page.get_by_role("button", name="Mandami il collegamento").click()
    walk.page.wait_for_url(re.compile("/inviato"))
    walk.texts()
    walk.look_at("a", f"333 000 {number}" if number not in NAMES else NAMES[number])
    walk.open_last_link("a")
    walk.page.get_by_role("button", name="Sono io").click()
    walk.page.get_by_role("heading", name="Ciao").wait_for()
    return walk.page.url.split("#")[0]


NAMES = {"1002": "Teresa", "1005": "Elena", "1009": "Lorenzo", "1010": "Silvana"}


def _book(walk, home, units):
    """Book the first We.Kids there is; the word its page says then."""
    walk.page.goto(f"{home}chiedi/figli")
    walk.page.locator("a[href*='/turni/']").first.click()
    walk.page.get_by_label("Quanti bambini?").fill(str(units))
    walk.page.get_by_text("da 3 a 5 anni").click()
    walk.page.get_by_role("button", name="Vedi il prezzo").click()
    walk.page.get_by_role("button", name="Prenota").click()
    walk.page.wait_for_url(re.compile("/richieste/"))
    return walk.page.locator(".badge").first.inner_text()


def the_day(walk):
    """The day of the opening is over: one child was not there; the parent reads it, another answers the question."""
    for _ in range(9):
        walk.move("domani alle 07:30")
    walk.move("questa sera alle 18")
    walk.look_at("b", "Sara")
    walk.open_last_link("b")
    walk.page.get_by_role("button", name="Mandami il codice").click()
    walk.page.wait_for_url(re.compile("codice"))
    walk.texts()
    walk.look_at("b", "Sara")
    digits = re.findall(r"\b\d{6}\b", walk.phones.locator("#column-b .talk").inner_text())[-1]
    walk.page.get_by_label("Il codice di sei cifre").fill(digits)
    walk.page.get_by_role("button", name=re.compile("^(Entra|Conferma)")).click()
    walk.page.wait_for_url(re.compile("/operatore/"))
    walk.page.locator("a[href*='/turno/']").first.click()
    walk.page.set_viewport_size(PHONE)
    walk.keep("presence", whole=True)
    walk.page.locator("select").last.select_option(label="Non c'era")
    walk.page.get_by_role("button", name="Chiudi la giornata").click()
    walk.page.get_by_text("giornata chiusa").first.wait_for()
    walk.page.goto(walk.group[0])
    walk.page.get_by_text("non svolta").first.wait_for()
    walk.page.goto(walk.group[1])
    walk.page.get_by_text("Com'è andata, da 1 a 5?").first.wait_for()
    walk.keep("after", whole=True)


def give_the_desk_something(walk):
    """Gianni asks where nobody goes, wants to be called, and writes a text."""
    walk.page.set_viewport_size(PHONE)
    walk.phones.goto(f"{walk.url}/demo")
    home = walk.gianni
    walk.page.goto(f"{home}chiedi/anziani/AD")
    walk.page.get_by_label("In che comune serve?").select_option("Clusone")
    walk.page.get_by_label("Che giorno?").fill((date.today() + timedelta(days=40)).isoformat())
    walk.page.get_by_label("A che ora si comincia?").fill("09:00")
    walk.page.get_by_text("si muove con aiuto").click()
    walk.page.get_by_role("button", name="Vedi il prezzo").click()
    walk.page.goto(f"{home}chiamami")
    walk.page.get_by_text("In pausa pranzo").click()
    walk.page.get_by_role("button", name="Chiamatemi").click()
    walk.phones.locator("#column-a input[name$=body]").fill("buongiorno, la signora di ieri torna?")
    walk.phones.locator("#column-a").get_by_role("button", name="Invia").click()
    walk.phones.wait_for_timeout(1500)


def read_the_post(walk):
    """The clock goes on until the day of the visit; Paola opens her desk."""
    walk.phones.goto(f"{walk.url}/demo")
    for _ in range(8):
        walk.move("domani alle 07:30")
    walk.keep("demo", walk.phones)
    mail = walk.phones.frame_locator("#column-c iframe").first
    walk.page.goto(urljoin(walk.url, mail.get_by_role("link", name="Apri il banco").get_attribute("href")))
    walk.page.get_by_role("button", name="Mandami il codice").click()
    walk.page.wait_for_url(re.compile("codice"))
    walk.texts()
    letter = walk.phones.frame_locator("#column-c iframe").first.locator("body").inner_text()
    walk.page.get_by_label("Il codice di sei cifre").fill(re.search(r"\b\d{6}\b", letter)[0])
    walk.page.get_by_role("button", name=re.compile("^(Entra|Conferma)")).click()
    walk.page.wait_for_url(re.compile("/banco/"))
    walk.page.set_viewport_size(DESK)
    walk.page.get_by_role("link", name=re.compile("^Da chiamare")).click()
    walk.page.locator(".list a.item").first.click()
    walk.page.wait_for_timeout(500)
    walk.keep("desk")


def main(url):
    """All of it, in order."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        walk = Walk(browser, url)
        for step in (join, ask, answer, another_time, every_week, a_group, give_the_desk_something, read_the_post, the_day):
            step(walk)
            print(f"{step.__name__}: done")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
