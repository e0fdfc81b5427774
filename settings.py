"""The settings: read from the environment or `.env`, checked once at the start, each mistake said in a sentence."""

import base64
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent
TWILIO = "https://api.twilio.com"
YES = {"1", "true", "yes", "on", "si", "sì"}
NO = {"0", "false", "no", "off"}


class WrongSetting(ValueError):
    """One or more settings cannot be; the message has a sentence for each and names it."""


@dataclass(frozen=True)
class Settings:
    """All settings of one instance; an impossible combination cannot be built (raises `WrongSetting`).

    What holds a password stays out of its `repr`, which ends up in logs.
    """

    database_url: str = field(default="sqlite:///var/lynx.db", repr=False)
    secret_key: str = field(default="", repr=False)
    encryption_key: str = field(default="", repr=False)
    public_url: str = "http://127.0.0.1:8000"
    sms_carrier: str = "local"
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_url: str = TWILIO
    sms_two_way: bool = True
    mail_carrier: str = "local"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "Welfare Lynx <lynx@localhost>"
    sms_per_second: float = 1.0
    sms_day_ceiling: int = 500
    sms_month_ceiling: int = 5000
    heartbeat_url: str = ""
    timezone: str = "Europe/Rome"
    pilot_name: str = "Welfare Lynx"
    demo: bool = False

    def __post_init__(self):
        wrong = [*self._addresses(), *self._keys(), *self._carriers(), *self._amounts()]
        if wrong:
            raise WrongSetting("\n".join(wrong))

    # ------------------------------------------------ what follows from them

    @property
    def production(self):
        """Whether strangers can reach us: any PUBLIC_URL that is not loopback."""
        return not is_loopback(self.public_url)

    @property
    def https(self):
        """Whether people reach us by https, so that cookies are Secure and HSTS is said."""
        return self.public_url.startswith("https://")

    @property
    def keeps_to_itself(self):
        """Whether no message can leave this machine: safe for a database that is marked as a demonstration."""
        by_text = self.sms_carrier == "local" or is_loopback(self.twilio_api_url)
        by_mail = self.mail_carrier == "local" or is_loopback(self.smtp_url)
        return by_text and by_mail

    @cached_property
    def fernet(self):
        """What closes encrypted columns: the first key writes, all of them read."""
        return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, b"lynx column"))) for key in self._each_key()])

    @cached_property
    def link_key(self):
        """The key of every link's token. From the oldest key: a new one put in front must kill no link."""
        return _derived(self._each_key()[-1], b"lynx link")

    def _each_key(self):
        return [key.strip() for key in self.encryption_key.split(",")]

    # ------------------------------------------------ what cannot be

    def _addresses(self):
        if not _is_web_root(self.public_url):
            yield f"PUBLIC_URL must look like https://lynx.example.org, without a path: {self.public_url!r}."
        elif self.production and not self.https:
            yield f"PUBLIC_URL must begin with https:// unless it is this machine's own address: {self.public_url!r}."
        if not _is_database(self.database_url):
            yield "DATABASE_URL must be sqlite:///a/file.db or postgresql://user:password@host/name."
        if not _is_web_root(self.twilio_api_url):
            yield f"TWILIO_API_URL must look like {TWILIO}, without a path: {self.twilio_api_url!r}."
        if self.heartbeat_url and urlsplit(self.heartbeat_url).scheme not in ("http", "https"):
            yield "HEARTBEAT_URL must be an http:// or https:// address."

    def _keys(self):
        if not _is_key(self.secret_key):
            yield "SECRET_KEY must be at least 32 random characters."
        if not all(_is_key(key) for key in self._each_key()):
            yield "ENCRYPTION_KEY must be at least 32 random characters (several, newest first, with commas between)."
        if self.secret_key and self.secret_key in self._each_key():
            yield "SECRET_KEY must not be the same as ENCRYPTION_KEY."

    def _carriers(self):
        if self.sms_carrier not in ("local", "twilio"):
            yield f"SMS_CARRIER must be local or twilio, not {self.sms_carrier!r}."
        if self.mail_carrier not in ("local", "smtp"):
            yield f"MAIL_CARRIER must be local or smtp, not {self.mail_carrier!r}."
        if self.sms_carrier == "twilio":
            yield from self._twilio()
        if self.mail_carrier == "smtp":
            yield from self._smtp()
        if self.demo and (self.sms_carrier != "local" or self.mail_carrier != "local"):
            yield "DEMO=1 needs SMS_CARRIER=local and MAIL_CARRIER=local: a demonstration writes to nobody."
        if self.production:
            yield from self._carriers_of_production()

    def _carriers_of_production(self):
        if self.demo:
            yield "DEMO=1 is for this machine only: its page answers for everybody, and PUBLIC_URL is public."
        if self.sms_carrier == "local":
            yield "SMS_CARRIER must be twilio when PUBLIC_URL is public: local shows texts on the demonstration page only."
        if self.mail_carrier == "local":
            yield "MAIL_CARRIER must be smtp when PUBLIC_URL is public: local shows mail on the demonstration page only."

    def _twilio(self):
        if not self.twilio_account_sid.startswith("AC"):
            yield "TWILIO_ACCOUNT_SID must be set (it begins with AC) when SMS_CARRIER is twilio."
        if not self.twilio_auth_token:
            yield "TWILIO_AUTH_TOKEN must be set when SMS_CARRIER is twilio."
        if not (self.twilio_from or self.twilio_messaging_service_sid):
            yield "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID must be set when SMS_CARRIER is twilio."
        if self.twilio_messaging_service_sid and not self.twilio_messaging_service_sid.startswith("MG"):
            yield "TWILIO_MESSAGING_SERVICE_SID must begin with MG."
        if self.sms_two_way and self.twilio_from and not re.fullmatch(r"\+\d{8,15}", self.twilio_from):
            yield "TWILIO_FROM must be a number such as +390350000000, because a name cannot be answered: or SMS_TWO_WAY=0."

    def _smtp(self):
        address = urlsplit(self.smtp_url)
        if address.scheme not in ("smtp", "smtps") or not _has_host(address):
            yield "SMTP_URL must be smtp://user:password@host:587 or smtps://host when MAIL_CARRIER is smtp."
        if "@" not in self.mail_from or self.mail_from.rstrip(">").endswith("@localhost"):
            yield "MAIL_FROM must be the address we write from when MAIL_CARRIER is smtp."

    def _amounts(self):
        for name in ("sms_per_second", "sms_day_ceiling", "sms_month_ceiling"):
            if not getattr(self, name) > 0:
                yield f"{name.upper()} must be more than nothing."
        if not _is_zone(self.timezone):
            yield f"TIMEZONE must be a zone such as Europe/Rome, not {self.timezone!r}."

    # ------------------------------------------------ where they come from

    @classmethod
    def read(cls, environ=None, file=ROOT / ".env", keys=ROOT / "var" / "keys"):
        """The settings of this process: the environment wins over `.env`; on one's own machine keys are made and kept.

        `keys` is where made keys are kept, so that a restart keeps links and devices alive.
        """
        # interpolate: a dollar sign in a password is a dollar sign
        said = {**dotenv_values(file, interpolate=False), **(os.environ if environ is None else environ)}
        values, wrong = _parsed(said)
        if wrong:
            raise WrongSetting("\n".join(wrong))
        if is_loopback(values.get("public_url", cls.public_url)):
            values = {**made_keys(keys, values), **values}
        return cls(**values)


def _parsed(said):
    """Values by attribute and the sentences for what cannot be read; an empty value is one that was not said."""
    values, wrong = {}, []
    for setting in fields(Settings):
        text = (said.get(setting.name.upper()) or "").strip()
        try:
            if text:
                values[setting.name] = READERS[setting.type](text)
        except ValueError as why:
            wrong.append(f"{setting.name.upper()} must be {why}, not {text!r}.")
    for name in ("public_url", "twilio_api_url"):
        if name in values:
            values[name] = values[name].rstrip("/")
    return values, wrong


def _switch(text):
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise ValueError("1 or 0")


def _number(kind, words):
    def read(text):
        try:
            return kind(text)
        except ValueError:
            raise ValueError(words) from None
    return read


READERS = {str: str, bool: _switch, int: _number(int, "a whole number"), float: _number(float, "a number")}


def made_keys(path, values):
    """Keys for one's own machine, made at the first start and read ever after; only what is missing in `values`."""
    missing = {"secret_key", "encryption_key"} - set(values)
    if not missing:
        return {}
    if not path.exists():
        _write_keys(path)
    kept = dotenv_values(path, interpolate=False)
    return {name: kept.get(name.upper()) or "" for name in missing}


def _write_keys(path):
    """Two new keys, readable by their owner only. Linked into place whole: of two first starts one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        for name in ("SECRET_KEY", "ENCRYPTION_KEY"):
            file.write(f"{name}={secrets.token_urlsafe(48)}\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def is_loopback(url):
    """Whether an address is this machine's own."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _has_host(address):
    try:
        address.port  # raises for a port that is no number
        return bool(address.hostname)
    except ValueError:
        return False


def _is_web_root(url):
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return (address.scheme in ("http", "https") and _has_host(address)
            and not (address.path or address.query or address.fragment or address.username))


def _is_database(url):
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    if address.scheme == "sqlite":
        return address.path.strip("/") not in ("", ":memory:") and not address.netloc
    return address.scheme in ("postgresql", "postgresql+pool") and bool(address.path.strip("/"))


def _is_key(text):
    return len(text) >= 32 and len(set(text)) >= 8


def _is_zone(name):
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, LookupError):
        return False


def _derived(key, purpose):
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
