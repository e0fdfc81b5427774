"""On paper: the presence list, the collection round and the timesheets, as a browser prints them."""

import re
from datetime import date, timedelta

import pytest
from cast import another_person, booked, ironing, make_cast, opening_of, trusted_device

from actions import delivering, openings
from models import Place

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(app, at):
    """Everybody, on a Tuesday at nine."""
    return make_cast(at - timedelta(days=30))


@pytest.fixture
def sheet(live, page, cast, at):
    """`sheet(path)`: a page of Marta's as it is printed; `.seen` says what of it is on paper, `.count` on how many sheets."""
    name, value = trusted_device(cast.marta, at=at)[1]
    page.context.add_cookies([{"name": name, "value": value, "url": live.url}])

    def printed(path):
        page.goto(f"{live.url}/operatore/{cast.marta.id}/{path}")
        page.emulate_media(media="print")
        page.seen = page.locator("body").inner_text()
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
        page.count = len(re.findall(rb"/Type\s*/Page\b", pdf))
        return page

    return printed


def test_a_presence_list_of_twenty_is_one_sheet_with_a_line_each_and_no_number(sheet, cast, at):
    opening = opening_of(cast, places=20, minimum=1)
    for n in range(20):
        booked(cast, opening, another_person(cast, f"5{n:02d}", at=at), at=at)
    openings.lead(opening, cast.marta, cast.marta, at=at)
    paper = sheet(f"turno/{opening.id}")
    assert paper.count == 1 and "Firma di chi guida" in paper.seen and "guida Marta" in paper.seen
    for place in Place.select():
        line = paper.locator(f"#place-{place.id}")
        assert place.request.reference in line.inner_text() and place.request.employee.first_name in line.inner_text()
        assert line.locator(".tick").is_visible() and line.locator(".sign").bounding_box()["width"] > 150
    for gone in ("chiama", "da 3 a 5 anni", "+39", "Torna alla tua pagina", "Guidi tu"):
        assert gone not in paper.seen


def test_a_round_is_printed_with_a_box_for_each_reference(sheet, cast, at):
    opening = opening_of(cast, service=ironing(), collection=("azienda", "Portineria"), minimum=1)
    places = [booked(cast, opening, one, at=at, answers={}, collection=where)
              for one, where in ((cast.gianni, "azienda"), (cast.teresa, "Portineria"))]
    paper = sheet(f"turno/{opening.id}/raccolta")
    assert paper.count == 1 and all(place.request.reference in paper.seen for place in places)
    assert paper.locator(".tick:visible").count() == 4 and "Ritirato" in paper.seen and "Gianni" not in paper.seen


def test_each_person_s_hours_are_a_sheet_of_their_own_with_room_to_sign(sheet, cast, at):
    opening = opening_of(cast, on=date(2026, 11, 20), minimum=1)
    booked(cast, opening, at=opening.closes_at - timedelta(days=1))
    delivering.close_day(opening, cast.marta, {}, {cast.marta.id: 540, cast.bruno.id: 270}, at=opening.ends_at)
    paper = sheet("ore/2026-11/cooperativa")
    assert paper.count == 2 and paper.seen.count("Foglio ore di novembre 2026 · Cooperativa Il Melograno") == 2
    for words in ("Firma di Bruno", "Firma di Marta", "Firma per la cooperativa", "9:00", "4:30"):
        assert words in paper.seen
    for gone in ("Mese", "Vedi", "Scarica", "Torna"):
        assert gone not in paper.seen
