"""The public door: anybody may come in, nobody is known, and the employer's wall begins here."""

import pytest
from cast import follow, link_for, make_cast
from conftest import AT

from actions import joining, trusting
from models import Link, Membership, Message, Partner, Phone, Rate, Service
from rules import hours

ME = "333 000 0555"


@pytest.fixture
def cast(at, app):
    """The usual people; the project has a lead and a funder besides."""
    cast = make_cast(AT)
    Partner.create(project=cast.project, name="Regione Lombardia", role="finanziatore")
    Partner.create(project=cast.project, name="ASC Solidalia", role="capofila")
    Partner.create(project=cast.project, name="Ribes", role="consorzio")
    return cast


def numbers_texted():
    """Whom the outbox will text, in order."""
    return [message.phone.number for message in Message.select().order_by(Message.id)]


# ---------------------------------------------------------------- what this is

def test_the_front_page_names_who_does_it_and_who_pays(cast, client):
    page = client.get("/").text
    assert "Lo fanno insieme ASC Solidalia e Ribes." in page
    assert "Regione Lombardia e ATS Bergamo" in page


def test_the_front_page_shows_examples_of_what_can_be_asked_for_now(cast, client):
    Service.update(mode="turno").where(Service.code == "AD").execute()
    page = client.get("/").text
    assert "Baby-sitting a domicilio" in page
    assert "Assistenza domiciliare" not in page


def test_an_empty_house_still_says_what_it_is(at, client):
    assert client.get("/").status_code == 200
    assert client.get("/privacy").status_code == 200


def test_the_code_from_a_poster_leads_to_its_page_however_it_is_typed(cast, client):
    answer = client.send("/a", code=" lynx 48 291 ")
    assert (answer.status_code, answer.location) == (303, "/a/48291")


@pytest.mark.parametrize("typed", ["48292", "4829", "", "limone"])
def test_a_slip_in_the_code_is_said_beside_its_field(cast, client, typed):
    answer = client.send("/a", code=typed)
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text and 'aria-invalid="true"' in answer.text


def test_only_a_demonstration_shows_the_way_to_its_phones(build, at, app, client):
    assert "/demo" not in client.get("/").text
    assert "/demo" in build(demo=True).test_client().get("/").text


# ---------------------------------------------------------------- a company's poster

def test_the_poster_page_says_who_what_how_and_how_to_recognise_us(cast, client):
    page = client.get("/a/48291").text
    for words in ("ASC Solidalia", "Officina Serio", "Baby-sitting", "IBAN", "il tuo telefono, non quello dell",
                  "/privacy", "035 0000000"):
        assert words in page.replace("&#39;", "'"), words


def test_the_poster_page_is_complete_in_english(cast, client):
    page = client.get("/a/48291?lang=en")
    assert '<html lang="en">' in page.text and "Baby-sitting at home" in page.text


def test_a_code_nobody_has_looks_like_one_whose_project_is_over(cast, client):
    nobody = client.get("/a/11111")
    Membership.update(to_on=hours.local(AT).date().replace(day=1, month=11)).where(
        Membership.company == cast.firm).execute()
    over = client.get("/a/48291")
    assert nobody.status_code == over.status_code == 404
    assert "Questo codice non è attivo" in nobody.text and "Officina Serio" not in over.text
    assert _without_tokens(nobody.text) == _without_tokens(over.text)


def test_the_poster_does_not_change_with_what_people_do(cast, client):
    before = client.get("/a/48291").text
    cast.gianni.left_at = AT
    cast.gianni.save()
    joining.invite(cast.firm, "+393330000777", "it", address="192.0.2.1", at=AT)
    assert _without_tokens(client.get("/a/48291").text) == _without_tokens(before)


def _without_tokens(page):
    return [line for line in page.splitlines() if "csrf_token" not in line]


# ---------------------------------------------------------------- giving one's number

def test_a_number_gets_a_personal_link_and_the_page_says_what_comes(cast, client):
    page = client.send("/a/48291/numero", follow=True, number=ME, language="it")
    assert page.request.path == "/a/48291/inviato"
    assert "Ti abbiamo mandato un SMS" in page.text and "Sono io" in page.text
    assert numbers_texted() == ["+393330000555"]
    assert Link.get(Link.purpose == "join").company == cast.firm


def test_the_answer_does_not_tell_whether_a_number_is_known(cast, client):
    known = client.send("/a/48291/numero", follow=True, number="333 000 0001", language="it")
    new = client.send("/a/48291/numero", follow=True, number=ME, language="it")
    assert known.request.path == new.request.path
    assert known.text == new.text


def test_the_language_chosen_is_the_language_from_then_on(cast, client):
    page = client.send("/a/48291/numero", follow=True, number=ME, language="en")
    assert '<html lang="en">' in page.text
    assert Phone.get(Phone.number == "+393330000555").language == "en"


@pytest.mark.parametrize("typed, why", [
    ("035 123456", "numero fisso"),
    ("+41 79 123 45 67", "non è italiano"),
    ("333 12", "non sembra un numero di cellulare"),
    ("il mio", "non sembra un numero di cellulare"),
    ("", "Scrivi il tuo numero"),
])
def test_a_number_that_cannot_be_texted_is_refused_in_words_and_kept(cast, client, typed, why):
    answer = client.send("/a/48291/numero", number=typed, language="en")
    assert answer.status_code == 422
    assert why in answer.text.split('id="number-error"')[1].split("</p>")[0]
    assert f'value="{typed}"' in answer.text
    assert 'checked id="language-1"' in answer.text
    assert not Message.select().exists() and not Rate.select().exists()


def test_a_language_we_do_not_speak_is_refused(cast, client):
    assert client.send("/a/48291/numero", number=ME, language="xx").status_code == 422


def test_the_eleventh_link_to_one_number_is_refused_and_the_number_kept(cast, client):
    for _ in range(10):
        assert client.send("/a/48291/numero", number=ME, language="it").status_code == 303
    answer = client.send("/a/48291/numero", number=ME, language="it")
    assert answer.status_code == 429
    assert "Riprova più tardi" in answer.text and f'value="{ME}"' in answer.text


def test_htmx_gets_the_card_again_or_the_way_on(cast, client):
    htmx = {"HX-Request": "true"}
    token = client.token()
    refused = client.post("/a/48291/numero", data={"csrf_token": token, "number": "1", "language": "it"}, headers=htmx)
    assert refused.status_code == 422 and "<html" not in refused.text and 'id="number-card"' in refused.text
    sent = client.post("/a/48291/numero", data={"csrf_token": token, "number": ME, "language": "it"}, headers=htmx)
    assert sent.headers["HX-Redirect"].startswith("/a/48291/inviato")


def test_reloading_a_refused_form_is_no_dead_end(cast, client):
    assert client.get("/a/48291/numero").location == "/a/48291"
    assert client.get("/a").location == "/"


def test_a_number_for_a_code_nobody_has_reaches_nobody(cast, client):
    assert client.send("/a/11111/numero", number=ME, language="it").status_code == 404
    assert not Message.select().exists()


# ---------------------------------------------------------------- the sheet and the notices

def test_the_sheet_has_eight_strips_a_qr_and_invites_to_no_text(cast, client):
    page = client.get("/a/48291/locandina").text
    sheet = page.split("<article")[1]
    assert sheet.count("<li") == 8
    assert 'class="qr"' in sheet and "127.0.0.1:8000/a/48291" in sheet and "035 0000000" in sheet
    assert "LYNX 48291" not in sheet and "IBAN" in sheet


def test_the_sheet_is_italian_whoever_prints_it(cast, client):
    page = client.get("/a/48291/locandina?lang=en").text
    assert "ASC Solidalia e Ribes" in page


def test_the_pages_name_the_number_we_write_from(build, at, app):
    house = build(twilio_from="+393399990000")
    with house.app_context():
        make_cast(AT)
        assert "+393399990000" in house.test_client().get("/a/48291").text


def test_the_notice_names_its_version_who_answers_and_the_employers_wall(cast, client):
    for lang, wall in (("it", "La tua azienda: niente."), ("en", "Your firm: nothing.")):
        page = client.get(f"/privacy?lang={lang}").text
        assert joining.NOTICE_VERSION in page and "ASC Solidalia" in page and wall in page


def test_a_one_way_sender_never_invites_to_write_stop(build, at):
    house = build(sms_two_way=False)
    with house.app_context():
        make_cast(AT)
        client = house.test_client()
        for path in ("/privacy", "/privacy?lang=en", "/a/48291/inviato"):
            assert "STOP" not in client.get(path).text


@pytest.mark.parametrize(("two_way", "language", "said"), [
    (True, "it", "scrivi START"), (False, "it", "non riceve più i nostri SMS"), (False, "en", "gets our texts no more")])
def test_who_is_stopped_is_told_to_write_start_only_where_a_text_can_be_answered(build, at, two_way, language, said):
    house = build(sms_two_way=two_way)
    with house.app_context():
        person = make_cast(AT).gianni
        Phone.update(stopped_at=at, how="carrier").where(Phone.id == person.phone_id).execute()
        client = house.test_client()
        page = follow(client, link_for("employee", at=at, employee=person))
        words = client.get(f"{page.request.path}?lang={language}").text
        assert said in words and ("START" in words) == two_way


# ---------------------------------------------------------------- the firm

def company_page(client, company):
    """The firm's page, by a link that this browser opened."""
    link = trusting.link_to("company", at=AT, company=company)
    with client.session_transaction() as session:
        session["links"] = [link.id]
    return client.get(f"/azienda/{link.id}/")


def test_a_firm_sees_its_poster_and_nothing_of_its_people(cast, client):
    page = company_page(client, cast.firm)
    assert page.status_code == 200
    assert "/a/48291/locandina" in page.text and "Ancora niente di pubblicato" in page.text
    for secret in ("Gianni", "limone", "333 000", "Teresa"):
        assert secret not in page.text


def test_a_firms_page_does_not_change_with_what_its_people_do(cast, client):
    before = company_page(client, cast.firm).text
    cast.firm.joins += 2
    cast.firm.save()
    cast.gianni.left_at = AT
    cast.gianni.save()
    assert company_page(client, cast.firm).text == before


def test_a_firms_page_is_not_found_without_its_link(cast, client):
    link = trusting.link_to("company", at=AT, company=cast.firm)
    assert client.get(f"/azienda/{link.id}/").status_code == 404
    assert client.get("/azienda/999/").status_code == 404
