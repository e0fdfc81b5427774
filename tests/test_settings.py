"""The settings: what may be, what may not, and the sentence that says so."""

import stat

import pytest

from app import create_app, refuse_wrong_database
from settings import Settings, WrongSetting, is_loopback

KEYS = {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz", "ENCRYPTION_KEY": "zyxwvutsrqponmlkjihgfedcba9876543210"}
TWILIO = {"SMS_CARRIER": "twilio", "TWILIO_ACCOUNT_SID": "AC00", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+390350000000"}
SMTP = {"MAIL_CARRIER": "smtp", "SMTP_URL": "smtp://me:pass@mail.example.org:587", "MAIL_FROM": "Lynx <a@example.org>"}
PUBLIC = {**KEYS, **TWILIO, **SMTP, "PUBLIC_URL": "https://lynx.example.org"}


def read(tmp_path, **environ):
    """Settings from these variables alone."""
    return Settings.read(environ, file=tmp_path / ".env", keys=tmp_path / "var" / "keys")


def refusal(tmp_path, **environ):
    """The sentences with which these variables are refused."""
    with pytest.raises(WrongSetting) as refused:
        read(tmp_path, **environ)
    return str(refused.value)


# ---------------------------------------------------------------- on one's own machine

def test_nothing_needs_to_be_set_on_ones_own_machine(tmp_path):
    settings = read(tmp_path)
    assert not settings.production and not settings.demo and settings.keeps_to_itself


def test_made_keys_outlive_a_restart_so_that_links_do(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.link_key == second.link_key and first.secret_key == second.secret_key


def test_made_keys_are_nobody_elses_to_read(tmp_path):
    read(tmp_path)
    assert stat.S_IMODE((tmp_path / "var" / "keys").stat().st_mode) == 0o600


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / ".env").write_text("PILOT_NAME=from the file\nSMS_DAY_CEILING=7\n")
    settings = read(tmp_path, PILOT_NAME="from outside")
    assert (settings.pilot_name, settings.sms_day_ceiling) == ("from outside", 7)


def test_a_dollar_in_a_password_is_a_dollar(tmp_path):
    (tmp_path / ".env").write_text("SMTP_URL=smtp://me:pa$HOME@127.0.0.1:25\n")
    assert "pa$HOME" in read(tmp_path).smtp_url


def test_an_empty_setting_is_one_that_was_not_said(tmp_path):
    assert read(tmp_path, DEMO="", SMS_TWO_WAY="", TIMEZONE="").timezone == "Europe/Rome"


@pytest.mark.parametrize(("url", "ours"), [
    ("http://127.0.0.1:8000", True), ("http://localhost", True), ("http://[::1]:80", True), ("http://127.9.9.9", True),
    ("https://localhost.example.org", False), ("https://10.0.0.1", False), ("https://127.0.0.1.example.org", False),
])
def test_loopback_is_this_machine_and_nothing_that_looks_like_it(url, ours):
    assert is_loopback(url) is ours


# ---------------------------------------------------------------- where strangers can reach us

def test_a_whole_production_is_accepted(tmp_path):
    assert read(tmp_path, **PUBLIC).production


def test_a_public_address_must_be_https(tmp_path):
    assert "PUBLIC_URL" in refusal(tmp_path, **{**PUBLIC, "PUBLIC_URL": "http://lynx.example.org"})


@pytest.mark.parametrize("missing", [*KEYS, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "SMTP_URL",
                                     "MAIL_FROM", "SMS_CARRIER", "MAIL_CARRIER"])
def test_production_names_what_it_misses(tmp_path, missing):
    assert missing in refusal(tmp_path, **{name: text for name, text in PUBLIC.items() if name != missing})
    assert not (tmp_path / "var").exists(), "keys are never made up in production"


def test_a_short_or_repeated_key_is_no_key(tmp_path):
    assert "SECRET_KEY" in refusal(tmp_path, **{**PUBLIC, "SECRET_KEY": "short"})
    assert "ENCRYPTION_KEY" in refusal(tmp_path, **{**PUBLIC, "ENCRYPTION_KEY": "a" * 40})
    assert "SECRET_KEY" in refusal(tmp_path, **{**PUBLIC, "SECRET_KEY": PUBLIC["ENCRYPTION_KEY"]})


def test_the_demonstration_is_never_public(tmp_path):
    assert "DEMO" in refusal(tmp_path, **PUBLIC, DEMO="1")
    assert "DEMO" in refusal(tmp_path, **KEYS, PUBLIC_URL="https://lynx.example.org", DEMO="1")


def test_the_demonstration_writes_to_nobody(tmp_path):
    assert "DEMO" in refusal(tmp_path, **TWILIO, DEMO="1")
    assert "DEMO" in refusal(tmp_path, **SMTP, DEMO="1")


@pytest.mark.parametrize(("name", "wrong"), [
    ("DEMO", "maybe"), ("SMS_TWO_WAY", "2"), ("SMS_DAY_CEILING", "many"), ("SMS_MONTH_CEILING", "0"),
    ("SMS_PER_SECOND", "-1"), ("SMS_PER_SECOND", "nan"), ("TIMEZONE", "Bergamo"), ("TIMEZONE", "../etc/passwd"),
    ("SMS_CARRIER", "pigeon"), ("MAIL_CARRIER", "pigeon"), ("DATABASE_URL", "mysql://x/y"),
    ("DATABASE_URL", "sqlite://"), ("DATABASE_URL", "sqlite:///:memory:"), ("PUBLIC_URL", "lynx.example.org"),
    ("PUBLIC_URL", "https://lynx.example.org/welfare"), ("PUBLIC_URL", "http://127.0.0.1:port"),
    ("TWILIO_API_URL", "twilio"), ("HEARTBEAT_URL", "ftp://x"),
])
def test_a_wrong_setting_is_named_in_a_sentence(tmp_path, name, wrong):
    sentences = refusal(tmp_path, **{name: wrong}).splitlines()
    assert any(name in sentence and sentence.endswith(".") for sentence in sentences)


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    said = refusal(tmp_path, DEMO="maybe", SMS_DAY_CEILING="many")
    assert "DEMO" in said and "SMS_DAY_CEILING" in said


def test_a_name_as_sender_cannot_be_answered(tmp_path):
    named = {**PUBLIC, "TWILIO_FROM": "LYNX"}
    assert "TWILIO_FROM" in refusal(tmp_path, **named)
    assert not read(tmp_path, **named, SMS_TWO_WAY="0").sms_two_way


def test_a_settings_repr_tells_no_secret(tmp_path):
    said = repr(read(tmp_path, **PUBLIC, DATABASE_URL="postgresql://me:word@db/lynx"))
    assert not any(secret in said for secret in (*KEYS.values(), "pass", "word"))


# ---------------------------------------------------------------- keys

def test_a_new_key_in_front_kills_no_link_and_loses_no_name(tmp_path):
    old = read(tmp_path, **PUBLIC)
    new = read(tmp_path, **{**PUBLIC, "ENCRYPTION_KEY": "abcdefghij0123456789-the-new-one-in-front," + KEYS["ENCRYPTION_KEY"]})
    sealed = old.fernet.encrypt(b"Anna")
    assert new.link_key == old.link_key and new.fernet.decrypt(sealed) == b"Anna"
    assert new.fernet.encrypt(b"Anna") and new.fernet.rotate(sealed) != sealed


def test_links_and_columns_do_not_share_a_key(tmp_path):
    settings = read(tmp_path, **PUBLIC)
    assert settings.link_key not in (KEYS["ENCRYPTION_KEY"].encode(), settings.fernet._fernets[0]._signing_key)


# ---------------------------------------------------------------- whose database it is

@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_start_stops_with_a_sentence_for_a_database_that_does_not_answer(engine, tmp_path):
    (tmp_path / "folder.db").mkdir()
    url = {"sqlite": f"sqlite:///{tmp_path}/folder.db", "postgresql": "postgresql://127.0.0.1:1/none"}[engine]
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        create_app(Settings(database_url=url, **{name.lower(): key for name, key in KEYS.items()}))


def test_a_wrong_environment_stops_the_start_with_a_sentence(monkeypatch):
    monkeypatch.setenv("DEMO", "maybe")
    with pytest.raises(SystemExit, match="DEMO must be 1 or 0"):
        create_app()


def with_carriers(app, **more):
    """The app's own settings with carriers that reach the world."""
    real = {**TWILIO, **SMTP, **KEYS, **more}
    return Settings(database_url=app.settings.database_url, **{name.lower(): text for name, text in real.items()})


def test_a_demonstration_never_writes_to_strangers(app, at):
    from actions import loading
    loading.mark_demonstration(at)
    with pytest.raises(SystemExit, match="demonstration"):
        create_app(with_carriers(app))
    stand_ins = {"TWILIO_API_URL": "http://127.0.0.1:4010", "SMTP_URL": "smtp://127.0.0.1:2525"}
    assert create_app(with_carriers(app, **stand_ins))
    for name, stand_in in stand_ins.items():
        with pytest.raises(SystemExit, match="demonstration"):
            create_app(with_carriers(app, **{name: stand_in}))


def test_what_answers_for_everybody_never_opens_real_peoples_data(app, at):
    from dataclasses import replace

    from actions import loading
    from models import Municipality, Project
    database, demo = app.extensions["database"], replace(app.settings, demo=True)
    refuse_wrong_database(demo, database)
    comune = Municipality.create(istat="016183", name="Romano di Lombardia", ambito="Romano di Lombardia")
    with pytest.raises(WrongSetting, match="DEMO=1"):
        refuse_wrong_database(demo, database)
    comune.delete_instance()
    Project.create(code="P", name="P", cup="C", starts_on=at.date(), ends_on=at.date(), grant_max_cents=0,
                   total_cost_cents=0, person_year_cents=0, phone="035 0000000", phone_hours="lun-ven 9-13")
    with pytest.raises(WrongSetting, match="DEMO=1"):
        refuse_wrong_database(demo, database)
    loading.mark_demonstration(at)
    refuse_wrong_database(demo, database)
