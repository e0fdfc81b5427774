"""A service by appointment: where, when, how long, the closed questions, a name; then price and shares are read back."""

from datetime import date

from actions import asking, joining
from models import Municipality
from questions.territory import covering
from rules import hours
from texting.dialogue.drafts import (
    A_YEAR,
    INDEPENDENCE,
    LONGEST,
    length_of,
    place_of,
    starts_at,
    wish_of,
)
from texting.dialogue.questions_asked import ask, offer_a_call
from texting.dialogue.turn import Turn


def by_appointment(turn: Turn, draft: dict, service):
    """The next question of a service by appointment; with everything said, the read-back."""
    return (ask_where(turn, draft, service) or _covered(turn, draft, service) or _ask_when(turn, draft, service)
            or _ask_how_long(turn, draft, service) or _ask_how_often(turn, draft, service)
            or ask_closed(turn, draft, service) or ask_name(turn, draft, service) or _read_back(turn, draft, service))


def ask_where(turn, draft, service):
    """In which comune; of several possible ones, which."""
    if draft.get("place"):
        return None
    some = list(Municipality.select().where(Municipality.istat.in_(draft.get("places") or [])).order_by(Municipality.name))[:6]
    return ask(turn, draft, "place", [one.istat for one in some], [{"place": one.name} for one in some], service=service.sms_name)


def _covered(turn, draft, service):
    municipality = place_of(draft)
    if covering(service, municipality).exists():
        return None
    asking.uncovered(turn.person, service, municipality, at=turn.at)
    return offer_a_call(turn, "place", service=service.sms_name, place=municipality.name)


def _ask_when(turn, draft, service):
    if not draft.get("on"):
        days = [one for one in draft.get("days") or [] if one >= turn.today.isoformat()]
        return ask(turn, {**draft, "days": days}, "day", days, [{"text": turn.day(date.fromisoformat(one))} for one in days],
                   service=service.sms_name, passed=bool(draft.get("passed")))
    if not draft.get("start"):
        return ask(turn, draft, "hour", hourly=service.hourly)
    return _possible(turn, draft)


def _possible(turn, draft):
    """A moment that is not over, not too soon for anybody to be asked, and within a year."""
    try:
        begins = starts_at(draft)
    except hours.NoSuchHour:
        return ask(turn, _without(draft, "start"), "hour", hourly=True)
    if begins <= turn.at or begins > turn.at + A_YEAR:
        return ask(turn, _without(draft, "on", "days"), "day", passed=begins <= turn.at, far=begins > turn.at)
    return offer_a_call(turn, "too_soon") if asking.too_soon(begins, turn.at) else None


def _without(draft, *names):
    return {key: value for key, value in draft.items() if key not in names}


def _ask_how_long(turn, draft, service):
    least, minutes = service.minimum * 60, draft.get("minutes")
    if not service.hourly or (minutes and least <= minutes <= LONGEST):
        return None
    short, long = bool(minutes and minutes < least), bool(minutes and minutes > LONGEST)
    return ask(turn, _without(draft, "minutes"), "length", least=service.minimum, short=short, long=long)


def _ask_how_often(turn, draft, service):
    weekly = draft.get("weekly")
    if weekly and not weekly["until"] and not weekly["times"]:
        return ask(turn, draft, "weeks")
    return None


def ask_closed(turn, draft, service):
    """How many, what age, how self-sufficient: what this service asks and was not said."""
    if "numero" in service.questions and not draft.get("number"):
        return ask(turn, draft, "number", unit=service.unit)
    if "eta" in service.questions and not draft.get("age"):
        return ask(turn, draft, "age", many=(draft.get("number") or 1) > 1)
    if "autonomia" in service.questions and not draft.get("independence"):
        return ask(turn, draft, "independence", INDEPENDENCE, [{"code": code} for code in INDEPENDENCE])
    return None


def ask_name(turn, draft, service):
    """What the cooperative calls the person: asked once, and kept at once."""
    if draft.get("name") and not turn.person.first_name:
        joining.name(turn.person, draft["name"], at=turn.at)
        turn.person.first_name = draft["name"]
    return None if turn.person.first_name else ask(turn, draft, "name")


def _read_back(turn, draft, service):
    """Everything as it was understood, with what it costs and who pays; it waits for SI."""
    wish = wish_of(draft, service)
    quoted = asking.quote(wish, turn.person, at=turn.at)
    if not quoted.visits:
        return ask(turn, _without(draft, "on", "days", "weekly"), "day", off=True)
    total, first = quoted.total, quoted.visits[0]
    says = {"service": service.sms_name, "place": wish.municipality.name, "starts_at": first.starts_at.isoformat(),
            "ends_at": first.ends_at.isoformat(), "visits": len(quoted.visits), "price": total.price, "worker": total.worker,
            "last_on": hours.local(quoted.visits[-1].starts_at).date().isoformat(), "units": wish.quantity,
            "unit": service.unit, "minutes": length_of(draft, service), "changed": bool(draft.get("changed")),
            "short": asking.short_notice(wish, turn.at)}
    return turn.reply("read_back", says, asking="read_back", draft={**_without(draft, "changed"), "shown": total.worker})
