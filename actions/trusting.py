"""Trust: links that are made and found again, codes that trust a device, and how often anything may be tried."""

import ipaddress
import secrets
from datetime import datetime, timedelta, timezone

from flask import current_app

from models import Code, Company, Coordinator, Device, Employee, Link, Operator, Phone, Rate, db
from rules import numbers, tokens

from .moves import Actor, note, one_transaction
from .outbox import queue

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
DEVICE_LIFE = timedelta(days=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TooMany(Exception):
    """It was tried too often in this window of time."""


class WrongCode(Exception):
    """Not the digits we sent, too old, or tried too often."""


class NotReachable(Exception):
    """There is nobody at the other end to send a link to: a person has to call."""


# ---------------------------------------------------------------- links

@one_transaction
def link_to(purpose: str, *, at, **whom) -> Link:
    """The live link of this person for this purpose, or a new one.

    `whom`: one of employee, operator, coordinator, company; and referral, where the link is for one of them.
    """
    same = [getattr(Link, name) == row for name, row in whom.items()]
    live = Link.select().where(Link.purpose == purpose, *same, Link.live(at)).order_by(Link.id.desc()).first()
    return live or make_link(purpose, at=at, **whom)


@one_transaction
def make_link(purpose: str, *, at, expires_at=None, **whom) -> Link:
    """A new link. Its row holds only the hash of its token."""
    link = Link.create(purpose=purpose, made_at=at, last_used_at=at, expires_at=expires_at, **whom)
    link.hash = tokens.fingerprint(token_of(link))
    Link.update(hash=link.hash).where(Link.id == link.id).execute()
    return link


def token_of(link: Link) -> str:
    """The link's token, rendered again from the key: a stolen database opens nothing."""
    return tokens.token(current_app.settings.link_key, link.id, link.version)


def path_of(link: Link) -> str:
    """The address that is sent, without the host."""
    return f"/l/{token_of(link)}"


def find_link(token: str) -> Link | None:
    """The link of this token, live or not."""
    return Link.get_or_none(Link.hash == tokens.fingerprint(token))


def use(link: Link, *, at):
    """A POST or a sending keeps a link young. A GET never does."""
    Link.update(last_used_at=at).where(Link.id == link.id).execute()


@one_transaction
def revoke(link: Link, *, by: Actor, at):
    """The link opens nothing from now on."""
    Link.update(revoked_at=at).where(Link.id == link.id, Link.revoked_at.is_null()).execute()
    note(link, "revoke", by=by, at=at)


def fresh_link(link: Link, *, at):
    """Send a new link to the person of an old one: to the same number, whoever opened it.

    Raises TooMany, and NotReachable when that number is not theirs any more, or the link never was anybody's.
    """
    spend(f"fresh:{link.id}", 5, DAY, at=at)
    if link.purpose == "join":      # a number and a company: mailing the company would tell it that somebody tried
        raise NotReachable
    _send_fresh(link, at)


@one_transaction
def _send_fresh(link, at):
    person = link.employee or link.operator or link.coordinator or link.company
    if person is None or (link.phone and link.phone.unreachable_at) or _gone(person):
        raise NotReachable
    name = person._meta.table_name
    purpose = {"employee": "employee", "operator": "operator", "coordinator": "desk", "company": "company"}[name]
    new = link_to(purpose, at=at, **{name: person})
    queue("fresh_link", person, at=at, worth=at + timedelta(minutes=30), hours_class="now", link=new,
          detail=at.isoformat(timespec="minutes"), channel=None if name in ("employee", "operator") else "mail")


def _gone(person):
    phone = getattr(person, "phone", None)
    return getattr(person, "left_at", None) or (isinstance(phone, Phone) and phone.unreachable_why == "wrong_person")


@one_transaction
def personal_link(role: str, who: str, *, at) -> str:
    """A fresh personal link for a first sign-in, as a path. `who` is a number, an e-mail, or a company's join code.

    Raises LookupError when there is nobody like that.
    """
    link = _link_of(role, who, at)
    note(link, "hand_out", by=Actor("command"), at=at)      # it opens a person's page: that it was printed is kept
    return path_of(link)


def _link_of(role, who, at):
    if role == "coordinator":
        return link_to("desk", at=at, coordinator=_found(Coordinator, Coordinator.email == who.strip().lower()))
    if role == "company":
        return link_to("company", at=at, company=_found(Company, Company.code == who.replace(" ", "")))
    person = _on_number({"operator": Operator, "employee": Employee}[role], who)
    if role == "employee" and not person.joined_at:    # on a list, not here yet: "Sono io" comes first
        return make_link("join", at=at, expires_at=at + DAY, phone=person.phone, company=person.company)
    return link_to(role, at=at, **{role: person})


def _on_number(model, who):
    number = numbers.any_number(who)
    person = model.select().join(Phone).where(Phone.number == number, model.left_at.is_null()).first()
    if person is None:
        raise LookupError(who)
    return person


def _found(model, condition):
    row = model.get_or_none(condition)
    if row is None:
        raise LookupError(condition)
    return row


# ---------------------------------------------------------------- devices

@one_transaction
def send_code(person, *, at):
    """Send six digits to an operator's phone or a coordinator's mail. Asked for by POST. Raises TooMany."""
    name = person._meta.table_name
    spend(f"code:{name}:{person.id}", 10, DAY, at=at)
    digits = tokens.digits(secrets.SystemRandom())
    Code.update(expires_at=at).where(getattr(Code, name) == person, Code.used_at.is_null(), Code.expires_at > at).execute()
    code = Code.create(digits_hash=_digits_hash(digits), expires_at=at + CODE_LIFE, **{name: person})
    note(code, "send", by=Actor(name, person.id), at=at)
    queue("device_code", person, at=at, worth=code.expires_at, hours_class="now", detail=code.id,
          says={"digits": digits})


def enter_code(person, digits: str, *, at) -> str:
    """Trust this browser for thirty days if the digits are right. Returns the device's token, for a cookie.

    Raises WrongCode. A wrong try counts even then, so it is its own transaction.
    """
    name = person._meta.table_name
    code = Code.select().where(
        getattr(Code, name) == person, Code.used_at.is_null(), Code.expires_at > at).order_by(Code.id.desc()).first()
    tried = code and Code.update(tries=Code.tries + 1).where(
        Code.id == code.id, Code.tries < CODE_TRIES, Code.used_at.is_null()).execute()
    if not tried or not secrets.compare_digest(code.digits_hash, _digits_hash(digits)):
        raise WrongCode
    return _trust(person, name, code, at)


@one_transaction
def _trust(person, name, code, at):
    if not Code.update(used_at=at).where(Code.id == code.id, Code.used_at.is_null()).execute():
        raise WrongCode
    token = secrets.token_urlsafe(32)
    device = Device.create(token_hash=tokens.fingerprint(token), trusted_at=at, expires_at=at + DEVICE_LIFE,
                           **{name: person})
    note(device, "trust", by=Actor(name, person.id), at=at)
    return token


def _digits_hash(digits):
    return tokens.mark(current_app.settings.link_key, "code:" + "".join(digits.split()))


@one_transaction
def close_device(device: Device, *, by: Actor, at):
    """This browser is trusted no more."""
    Device.update(closed_at=at).where(Device.id == device.id, Device.closed_at.is_null()).execute()
    note(device, "close", by=by, at=at)


# ---------------------------------------------------------------- rates

def neighbourhood(address: str | None) -> str:
    """An address as rates know it: of IPv6 the network, for whoever has one address has the 2^64 beside it."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    # a plain number, because a mark forgets dots: 1.12.0.1 and 11.2.0.1 would be one
    return str(int(known)) if known.version == 4 else f"six{int(known) >> 64}"


def spend(bucket: str, limit: int, per: timedelta, *, at):
    """Count one try in this bucket and window. Raises TooMany past the limit. Buckets hold marks, never numbers."""
    seconds = int(per.total_seconds())
    window = at.timestamp() // seconds * seconds
    window_at = datetime.fromtimestamp(window, timezone.utc)
    key = tokens.mark(current_app.settings.link_key, f"{bucket}:{seconds}")
    with db.atomic():
        Rate.insert(bucket=key, window_at=window_at).on_conflict(
            conflict_target=[Rate.bucket, Rate.window_at], update={Rate.count: Rate.count + 1}).execute()
        count = Rate.select(Rate.count).where(Rate.bucket == key, Rate.window_at == window_at).scalar()
    if count > limit:
        raise TooMany
