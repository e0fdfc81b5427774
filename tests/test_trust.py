"""Trusting a device: six digits to the person's own phone or mail, ten minutes, five tries."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from cast import asked, follow, link_for, make_cast, referral_of

from actions import joining, trusting
from models import Code, Device, Message, Operator, Rate
from views import locks

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(app, at):
    """Everybody."""
    return make_cast(at - timedelta(days=30))


@pytest.fixture
def address(client, cast, at):
    """Where Marta confirms her phone, in a browser that opened her link."""
    link = link_for("operator", at=at, operator=cast.marta)
    assert "Conferma questo telefono" in follow(client, link).text
    return f"/conferma/{link.id}"


def digits_sent():
    """The digits of the newest code, as they were sent."""
    return Message.select().where(Message.kind == "device_code").order_by(Message.id.desc()).get().says["digits"]


def ask_for_code(client, address):
    """Press "Mandami il codice"."""
    answer = client.send(f"{address}/codice", follow=True)
    assert answer.status_code == 200
    assert "Scrivi il codice" in answer.text
    return digits_sent()


def test_the_page_shows_whose_number_but_nobody_else_can_call_it(client, address):
    page = client.get(f"{address}/").text
    assert "+39 333 ••• ••01" in page
    assert "0000101" not in page


def test_looking_at_the_page_sends_nothing(client, address):
    for path in ("/", "/codice"):
        client.get(address + path)
    assert not Message.select().exists()


def test_the_digits_open_the_operators_page_for_thirty_days(client, cast, address, at):
    digits = ask_for_code(client, address)
    home = client.send(f"{address}/dispositivo", follow=True, digits=f"{digits[:3]} {digits[3:]}")
    assert home.status_code == 200
    assert "Niente da rispondere" in home.text
    for days, status in ((29, 200), (31, 303)):   # after that: the digits again
        with time_machine.travel(at + timedelta(days=days), tick=False):
            assert client.get(f"/operatore/{cast.marta.id}/").status_code == status


def test_the_digits_are_nowhere_in_the_rows(client, cast, address):
    digits = ask_for_code(client, address)
    assert digits not in Code.get().digits_hash
    client.send(f"{address}/dispositivo", digits=digits)
    cookie = client.get_cookie(f"device_operator_{cast.marta.id}")
    assert cookie.http_only
    assert cookie.value not in Device.get().token_hash


def test_wrong_digits_keep_the_page_and_say_so(client, address):
    digits = ask_for_code(client, address)
    wrong = "000000" if digits != "000000" else "111111"
    answer = client.send(f"{address}/dispositivo", digits=wrong)
    assert answer.status_code == 422
    assert "Non è il codice che abbiamo mandato" in answer.text
    assert client.send(f"{address}/dispositivo").status_code == 422
    assert not Device.select().exists()


def test_the_sixth_try_is_refused_even_when_it_is_right(client, address):
    digits = ask_for_code(client, address)
    wrong = "000000" if digits != "000000" else "111111"
    for _ in range(5):
        client.send(f"{address}/dispositivo", digits=wrong)
    assert client.send(f"{address}/dispositivo", digits=digits).status_code == 422
    assert not Device.select().exists()


@pytest.mark.parametrize(("minutes", "status"), [(9, 303), (10, 422)])
def test_a_code_lives_ten_minutes(client, address, at, minutes, status):
    digits = ask_for_code(client, address)
    with time_machine.travel(at + minutes * MINUTE, tick=False):
        assert client.send(f"{address}/dispositivo", digits=digits).status_code == status


def test_only_the_newest_code_counts_and_only_once(client, app, cast, address, at):
    first = ask_for_code(client, address)
    with time_machine.travel(at + MINUTE, tick=False):
        second = ask_for_code(client, address)
        assert first == second or client.send(f"{address}/dispositivo", digits=first).status_code == 422
        assert client.send(f"{address}/dispositivo", digits=second).status_code == 303
        assert client.send(f"{address}/dispositivo", digits=second).status_code == 422


def test_the_eleventh_code_request_is_refused(client, address):
    for _ in range(10):
        ask_for_code(client, address)
    assert client.send(f"{address}/codice").status_code == 429
    assert Code.select().count() == 10


def test_marta_s_code_does_not_open_anna_s_page(client, cast, address):
    client.send(f"{address}/dispositivo", digits=ask_for_code(client, address))
    assert client.get(f"/operatore/{cast.anna.id}/").status_code == 403


def test_a_referrals_link_leads_to_the_digits_too(client, cast, at):
    referral = referral_of(asked(cast, at=at))
    link = link_for("referral", at=at, operator=cast.marta, referral=referral)
    page = follow(client, link)
    assert f'href="/conferma/{link.id}/"' in page.text
    home = client.send(f"/conferma/{link.id}/dispositivo", follow=True, digits=ask_for_code(client, f"/conferma/{link.id}"))
    assert "Gianni" in home.text


def test_a_coordinators_code_goes_by_mail(client, cast, at):
    link = link_for("desk", at=at, coordinator=cast.paola)
    assert "alla tua e-mail" in follow(client, link).text
    ask_for_code(client, f"/conferma/{link.id}")
    message = Message.get()
    assert (message.channel, message.address) == ("mail", cast.paola.email)


def test_nobody_asks_for_a_code_without_a_link(client, cast, at):
    link = link_for("operator", at=at, operator=cast.marta)
    assert client.get(f"/conferma/{link.id}/").status_code == 404
    assert client.send(f"/conferma/{link.id}/codice").status_code == 404
    assert not Message.select().exists()


def test_an_operator_who_left_is_sent_no_code(client, cast, address, at):
    Operator.update(left_at=at).where(Operator.id == cast.marta.id).execute()
    page = client.send(f"{address}/codice", follow=True)
    assert "Questo collegamento non vale più" in page.text
    assert not Message.select().exists() and not Code.select().exists()


def test_behind_https_a_trusted_devices_cookie_is_never_sent_in_the_clear(build, at):
    app = build(public_url="https://lynx.example.org", sms_carrier="twilio", twilio_account_sid="AC" + "0" * 32,
                twilio_auth_token="0" * 32, twilio_from="+390350000000", mail_carrier="smtp",
                smtp_url="smtp://127.0.0.1:9", mail_from="Lynx <lynx@example.org>")
    with app.test_request_context("/", base_url="http://localhost"):   # a proxy that forgot to say how it was reached
        assert "Secure" in locks.keep_device(app.make_response(""), "operator", 1, "token").headers["Set-Cookie"]


@pytest.mark.both_engines
def test_of_many_tries_at_once_five_count(engine, app, cast, at):
    trusting.send_code(cast.marta, at=at)
    digits = digits_sent()
    wrong = "000000" if digits != "000000" else "111111"

    def guess(_):
        with app.app_context(), pytest.raises(trusting.WrongCode):
            trusting.enter_code(cast.marta, wrong, at=at)

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(guess, range(16)))
    assert Code.get().tries == trusting.CODE_TRIES
    with pytest.raises(trusting.WrongCode):
        trusting.enter_code(cast.marta, digits, at=at)


def test_an_operator_who_left_opens_nothing(client, cast, address, at):
    client.send(f"{address}/dispositivo", digits=ask_for_code(client, address))
    Operator.update(left_at=at).where(Operator.id == cast.marta.id).execute()
    assert client.get(f"/operatore/{cast.marta.id}/").status_code != 200


# ---------------------------------------------------------------- rates

def tries_left(address, at, limit=3):
    """How often this address may still try."""
    for tried in range(limit + 1):
        try:
            trusting.spend(f"test:{trusting.neighbourhood(address)}", limit, trusting.HOUR, at=at)
        except trusting.TooMany:
            return tried
    return limit + 1


@pytest.mark.parametrize("other", ["12.3.4.5", "2001:db8::1"])
def test_two_addresses_never_share_their_tries(app, at, other):
    assert tries_left("1.23.4.5", at) == 3
    assert tries_left(other, at) == 3


def test_an_ipv6_neighbour_is_the_same_visitor(app, at):
    assert tries_left("2001:db8:0:1::1", at) == 3
    assert tries_left("2001:db8:0:1:ffff::2", at) == 0
    assert tries_left("2001:db8:0:2::1", at) == 3


def test_a_bucket_holds_no_number_and_no_address(app, cast, at):
    joining.invite(cast.firm, "+393330000555", "it", address="203.0.113.9", at=at)
    buckets = [rate.bucket for rate in Rate.select()]
    assert all(re.fullmatch("[0-9a-f]{64}", bucket) for bucket in buckets) and len(buckets) >= 3
