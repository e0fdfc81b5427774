"""A service by opening: the next dates as a numbered menu, how many places, then the read-back; SI books."""

from datetime import date

from actions import placing
from actions.moves import NotAllowed
from models import Opening
from questions.openings import to_book
from questions.people import project_of_company
from rules import hours
from texting.dialogue.by_appointment import ask_closed, ask_name
from texting.dialogue.drafts import closed_answers
from texting.dialogue.questions_asked import ask, offer_a_call
from texting.dialogue.turn import Turn

MOST = 4        # openings in one menu


def by_opening(turn: Turn, draft: dict, service):
    """The next question of a service by opening; with everything said, the read-back."""
    return (_ask_which(turn, draft, service) or ask_closed(turn, draft, service) or _enough(turn, draft, service)
            or _ask_where_things_go(turn, draft, service) or ask_name(turn, draft, service)
            or _read_back(turn, draft, service))


def _ask_which(turn, draft, service):
    project = project_of_company(turn.person.company, turn.at)
    if service.project_id not in (None, project.id):
        return offer_a_call(turn, "no_openings", service=service.sms_name)
    coming = list(to_book([service], turn.at))
    if any(one.id == draft.get("opening") for one in coming):
        return None
    draft.pop("opening", None)
    fitting = _fitting(draft, coming)
    if len(fitting) == 1 and (draft.get("on") or draft.get("days")):
        draft["opening"] = fitting[0].id
        return None
    some = (fitting or coming)[:MOST]
    if not some:
        return offer_a_call(turn, "no_openings", service=service.sms_name)
    return ask(turn, draft, "opening", [one.id for one in some], [_label(turn, one) for one in some],
               service=service.sms_name, other=not fitting)


def _fitting(draft, openings):
    """Those on the days, and in the comune, that were said."""
    days = [draft["on"]] if draft.get("on") else draft.get("days") or []
    return [one for one in openings if (not days or hours.local(one.starts_at).date().isoformat() in days)
            and (not draft.get("place") or one.municipality.istat == draft["place"])]


def _label(turn, opening):
    last = hours.local(opening.ends_at).date()
    several = last > hours.local(opening.starts_at).date()
    when = turn.day(hours.local(opening.starts_at).date()) + (f"-{last.day}/{last.month}" if several else "")
    return {"text": when, "place": opening.municipality.name, "full": opening.room <= 0}


def _enough(turn, draft, service):
    """Not more than the opening has at all."""
    opening = Opening.get_by_id(draft["opening"])
    if draft.get("number", 1) > opening.places:
        draft.pop("number")
        return ask(turn, draft, "number", unit=service.unit, most=opening.places)
    return None


def _ask_where_things_go(turn, draft, service):
    points = Opening.get_by_id(draft["opening"]).collection
    if len(points) < 2 or draft.get("collection") in points:
        return None
    labels = [{"code": placing.FIRM} if point == placing.FIRM else {"text": point} for point in points]
    return ask(turn, draft, "collection", points, labels)


def _read_back(turn, draft, service):
    opening, units = Opening.get_by_id(draft["opening"]), draft.get("number", 1)
    quoted = placing.quote(opening, units, turn.person, at=turn.at)
    several = hours.local(opening.ends_at).date() > hours.local(opening.starts_at).date()
    says = {"service": service.sms_name, "place": opening.municipality.name, "starts_at": opening.starts_at.isoformat(),
            "ends_at": opening.ends_at.isoformat(), "visits": 1, "price": quoted.shares.price, "worker": quoted.shares.worker,
            "units": units, "unit": service.unit, "several_days": several, "changed": bool(draft.get("changed"))}
    draft = {key: value for key, value in draft.items() if key != "changed"}
    return turn.reply("read_back", says, asking="read_back", draft={**draft, "shown": quoted.shares.worker})


def send(turn: Turn, draft: dict, service, *, may_wait=False):
    """Book it; of a full one a turn on the waiting list is offered, of one that is closed the others."""
    opening = Opening.get_by_id(draft["opening"])
    points = opening.collection
    seat = placing.Seat(opening, draft.get("number", 1), closed_answers(draft, service),
                        draft.get("collection") or (points[0] if points else ""))
    try:
        placing.book(seat, turn.person, ask_key=draft["key"], shown_cents=draft["shown"], at=turn.at, may_wait=may_wait,
                     channel="sms")
    except placing.Full:
        return turn.reply("question", {"about": "waiting", "day": turn.day(_on(opening))}, asking="waiting", draft=draft)
    except placing.AlreadyThere as theirs:
        return turn.reply("too_late", {"why": "already", "reference": theirs.place.request.reference})
    except NotAllowed:
        draft.pop("opening")
        return by_opening(turn, {key: value for key, value in draft.items() if key != "on"}, service)
    return turn.silent(keep=False)      # the verb tells that it is booked, or what it waits for


def _on(opening) -> date:
    return hours.local(opening.starts_at).date()
