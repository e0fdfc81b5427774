"""What is due goes out, one message at a time; what became of it is asked where nobody knows."""

import logging

from flask import current_app

import carriers
import wording
from actions import needs, outbox, telling
from actions.moves import NotAllowed
from questions.words import due_letters, due_texts, in_doubt, known_to, left_claimed, texts_since
from rules import hours

from .each import each

log = logging.getLogger("lynx.jobs")

BETWEEN_RUNS_S = 5      # the timetable's: a run takes no more texts than the carrier may be given until the next


def deliver(now) -> int:
    """Send what is due, oldest first; texts within the day's and the month's ceilings. Returns how many were taken."""
    # lists: an open cursor would hold an old snapshot, and SQLite refuses to write from one
    return sum(_safely(message, now) for message in [*_texts(now), *due_letters(now)])


def _texts(now):
    settings = current_app.settings
    at_once = 500 if settings.sms_carrier == "local" else max(1, int(settings.sms_per_second * BETWEEN_RUNS_S))
    due = list(due_texts(now).limit(at_once))
    room = _room(now) if due else 0
    if due and room <= 0:
        telling.tell_ceiling(at=now)
    return due[:max(room, 0)]


def _room(now):
    """How many texts may still go today and this month: a breaker against loops and abuse, never against answers in."""
    today = hours.local(now).date()
    since = [hours.day(today)[0], hours.day(today.replace(day=1))[0]]
    ceilings = current_app.settings.sms_day_ceiling, current_app.settings.sms_month_ceiling
    return min(ceiling - texts_since(moment) for ceiling, moment in zip(ceilings, since))


def _safely(message, now):
    try:
        return _deliver(message, now)
    except NotAllowed:
        return 0                        # another worker or a receipt was first
    except Exception:
        log.exception("message %s cannot be worded or sent", message.id)
        outbox.park(message, at=now)
        return 0


def _deliver(message, now):
    if message.expires_at <= now and needs.needless(message, now) != "overtaken":
        return outbox.expire(message, at=now) or 0
    may_go = outbox.may_go_from(message.hours, message.channel, now)
    if may_go > now:
        return outbox.hold(message, until=may_go) or 0
    why = needs.needless(message, now)
    if why:
        return outbox.drop(message, why, at=now) or 0
    words = wording.words_for(message)
    if not outbox.claim(message, text=words.text, shown=words.shown, subject=words.subject, at=now):
        return 0
    return _hand_over(message, words, now)


def _hand_over(message, words, now):
    """No transaction is open here: the claim is committed, the outcome is written after."""
    carrier = carriers.carrier_for(message.channel, current_app.settings)
    try:
        carrier_id = carrier.send(_parcel(message, words, now))
    except carriers.Refused as refusal:
        outbox.refused(message, refusal.code, at=now)
    except carriers.TryLater:
        outbox.put_off(message, at=now)
    except carriers.Unknown:
        outbox.doubt(message, at=now)
    else:
        outbox.sent(message, carrier_id, at=now)
        return 1
    return 0


def _parcel(message, words, now):
    return carriers.Parcel(
        message_id=message.id, to=message.address if message.channel == "mail" else message.phone.number,
        text=words.text, subject=words.subject, html=words.html,
        valid_for_s=int((message.expires_at - now).total_seconds()))


def settle(now) -> int:
    """Claims whose sender never came back are in doubt; who is in doubt, the carrier is asked about."""
    each(left_claimed(now - outbox.STALE_CLAIM), lambda message: outbox.doubt(message, at=now))
    return each(in_doubt(now - outbox.ASK_AGAIN, now - outbox.STALE_CLAIM), lambda message: _settle(message, now))


def _settle(message, now):
    carrier = carriers.carrier_for(message.channel, current_app.settings)
    try:
        found = _find(carrier, message)
    except (carriers.TryLater, carriers.Unknown):
        return                      # the carrier is away: ask at the next tick
    if found:
        outbox.sent(message, found, at=now)
    elif message.expires_at <= now:
        outbox.expire(message, at=now)
    else:
        outbox.not_found(message, at=now)


def _find(carrier, message):
    if message.channel == "mail" or not hasattr(carrier, "find"):
        return None
    text = wording.link_again(message, message.body)
    return carrier.find(message.phone.number, message.claimed_at, text, besides=known_to(message.phone))
