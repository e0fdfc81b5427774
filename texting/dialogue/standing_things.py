"""What stands: how it is with a person's requests, and calling one off, or one visit of it, after saying what that is."""

from actions import ending, giving_back
from actions.moves import NotAllowed
from actions.trusting import link_to
from models import Appointment, Proposal, ServiceRequest
from questions.openings import place_of
from questions.talking import standing, visits_to_come
from rules import hours
from texting.dialogue.questions_asked import ask
from texting.dialogue.turn import Turn

MOST_LINES = 3


# ---------------------------------------------------------------- how it is

def status(turn: Turn):
    """One line for each request that is not over, three at most; then the page has the rest."""
    requests = list(standing([turn.person], turn.at))
    if turn.said.reference:
        requests = [one for one in requests if one.reference == turn.said.reference]
        if not requests:
            return unknown(turn)
    lines = [_line(turn, request) for request in requests[:MOST_LINES]]
    more = len(requests) - len(lines)
    about = {"link": link_to("employee", at=turn.at, employee=turn.person)} if more else {}
    return turn.reply("status", {"lines": lines, "more": more}, about=about, keep=True)


def _line(turn, request):
    starts_at, ends_at, state = _state(turn, request)
    return {"reference": request.reference, "when": turn.slot(starts_at, ends_at), "state": state}


def _state(turn, request):
    """When it is, and how it stands in one word."""
    if request.opening_id:
        place = place_of(request)
        state = place.state if place.state != "taken" else "confirmed" if place.opening.confirmed_at else "group"
        return place.starts_at, place.ends_at, state
    visits = visits_to_come(request, turn.at)
    live = Proposal.get_or_none(Proposal.request == request, Proposal.state.in_(Proposal.LIVE))
    if live and live.state == "waiting":
        return live.starts_at, live.ends_at, "proposed"
    if live:
        return live.counter_starts_at, live.counter_ends_at, "countered"
    # what can still be undone is not said yet
    told = [visit for visit in visits if visit.undo_until <= turn.at]
    if request.state == "agreed" and told:
        return told[0].starts_at, told[0].ends_at, "confirmed"
    return request.starts_at, request.ends_at, "waits" if request.state != "agreed" or visits else "done"


# ---------------------------------------------------------------- what is true instead

def unknown(turn: Turn):
    """A reference that is nobody's here."""
    return turn.reply("too_late", {"why": "unknown", "reference": turn.said.reference})


def too_late(turn: Turn, row, request):
    """Somebody was first: what is true now."""
    request = ServiceRequest.get_by_id(request.id)
    outcome = request.outcome if request.state == "closed" else None
    return turn.reply("too_late", {"why": "changed", "reference": request.reference, "outcome": outcome,
                                   "state": None if outcome else _state(turn, request)[2]})


# ---------------------------------------------------------------- calling off

def cancel(turn: Turn):
    """ANNULLA: the request that is named, or the only one; of several, which."""
    requests = list(standing([turn.person], turn.at))
    if turn.said.reference:
        requests = [one for one in requests if one.reference == turn.said.reference]
        if not requests:
            return unknown(turn)
    if not requests:
        return turn.reply("too_late", {"why": "nothing"})
    on_that_day = _on_the_day(turn, requests)
    requests = on_that_day or requests
    if len(requests) == 1:
        return check_cancel(turn, requests[0])
    some = requests[:5]
    return ask(turn, {}, "cancel_which", [one.id for one in some], [{"text": _name(turn, one)} for one in some])


def _name(turn, request):
    starts_at, ends_at, _ = _state(turn, request)
    return f"{request.reference} {turn.slot(starts_at, ends_at)}"


def _on_the_day(turn, requests):
    """Those that the day which was said fits."""
    on = turn.said.when.on
    return [one for one in requests if on and any(hours.local(at).date() == on for at in _starts(turn, one))]


def _starts(turn, request):
    return [visit.starts_at for visit in visits_to_come(request, turn.at)] or [request.starts_at]


def cancel_chosen(turn: Turn):
    """Which of several."""
    request = ServiceRequest.get_or_none(ServiceRequest.id == turn.chosen(), ServiceRequest.employee == turn.person)
    return check_cancel(turn, request) if request else None


def check_cancel(turn: Turn, request: ServiceRequest):
    """Call off at once what costs nothing; what is late, and one visit of many, is said before and waits for SI."""
    visits = list(visits_to_come(request, turn.at))
    if len(visits) > 1:
        return _check_visits(turn, request, visits)
    if _is_late(turn, request, visits):
        starts_at, ends_at, _ = _state(turn, request)
        return turn.reply("check", {"what": "late", "reference": request.reference, "when": turn.slot(starts_at, ends_at)},
                          asking="cancel", draft={"request": request.id})
    return _cancel(turn, request)


def _check_visits(turn, request, visits):
    on = turn.said.when.on
    first = next((visit for visit in visits if on and hours.local(visit.starts_at).date() == on), visits[0])
    labels = [{"code": "one", "when": turn.slot(first.starts_at, first.ends_at)}, {"code": "all", "count": len(visits)}]
    late = any(_late_visit(turn, request, visit) for visit in visits)
    return ask(turn, {"request": request.id}, "cancel_visits", [first.id, 0], labels, reference=request.reference, late=late)


def _is_late(turn, request, visits):
    if request.opening_id:
        place = place_of(request)
        return place.state == "taken" and turn.at > giving_back.free_until(place.opening, request.project)
    return any(_late_visit(turn, request, visit) for visit in visits)


def _late_visit(turn, request, visit):
    return turn.at > ending.free_until(request, visit.starts_at)


def visits_chosen(turn: Turn):
    """One visit of many, or all of them."""
    chosen, request = turn.chosen(), ServiceRequest.get_by_id(turn.talk.draft["request"])
    if chosen is None:
        return turn.reply("noted", {"what": "stays", "reference": request.reference}) if turn.intent == "no" else None
    return _cancel(turn, request, Appointment.get_or_none(Appointment.id == chosen, Appointment.request == request))


def cancel_answered(turn: Turn):
    """SI calls it off, NO leaves it."""
    request = ServiceRequest.get_by_id(turn.talk.draft["request"])
    if turn.intent in ("yes", "cancel"):
        return _cancel(turn, request)
    return turn.reply("noted", {"what": "stays", "reference": request.reference}) if turn.intent == "no" else None


def _cancel(turn, request, visit=None):
    first = visit or visits_to_come(request, turn.at).first()
    when = turn.slot(first.starts_at, first.ends_at) if first else turn.slot(*_state(turn, request)[:2])
    try:
        if visit:
            ending.cancel_visit(visit, by=turn.by, at=turn.at)
        else:
            ending.cancel(request, by=turn.by, at=turn.at)
    except NotAllowed as late:
        return too_late(turn, late.row, request)
    return turn.reply("noted", {"what": "cancelled", "reference": request.reference, "when": when})
