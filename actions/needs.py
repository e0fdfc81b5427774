"""Does it still need saying? Asked at the last moment before sending, because much may have changed since."""

from datetime import date

from models import Appointment, Operator, Place, Proposal, Referral, ServiceRequest
from questions.opening_days import led_on
from questions.work import day_list, unmarked, visits_from
from rules import hours

from .delivering import since_last_evening
from .reminding import STANDING

ANSWERS_TO_STOP = {"stop_farewell", "start_welcome"}
ANSWERS_TO_A_PERSON = {"join_link", "fresh_link"}    # they asked for it from a page just now


def needless(message, at) -> str | None:
    """Why this message must not go any more, or None. Reads rows as they are now."""
    if message.operator_id and Operator.get_by_id(message.operator_id).left_at:
        return "left"
    if message.channel == "sms":
        why = _not_to_this_number(message)
        if why:
            return why
    question = STILL.get(message.kind)
    return None if question is None or question(message, at) else "overtaken"


def _not_to_this_number(message):
    if message.phone.stopped_at and message.kind not in ANSWERS_TO_STOP:
        return "stopped"
    if message.phone.unreachable_at and message.kind not in ANSWERS_TO_A_PERSON | ANSWERS_TO_STOP:
        return "unreachable"
    return None


def _request(message):
    return ServiceRequest.get_by_id(message.request_id)


def _referral_waits(message, at):
    return Referral.get_by_id(message.referral_id).state == "waiting"


def _referral_lives(message, at):
    return Referral.get_by_id(message.referral_id).state in Referral.LIVE and _still_open(message, at)


def _referral_is_over(message, at):
    return Referral.get_by_id(message.referral_id).state not in Referral.LIVE


def _visit_planned(message, at):
    return Appointment.get_by_id(message.appointment_id).state == "planned"


def _visit_at_that_hour(message, at):
    visit = Place.get_by_id(message.place_id) if message.place_id else Appointment.get_by_id(message.appointment_id)
    return visit.state == STANDING[type(visit)] and visit.starts_at.isoformat() == message.says["starts_at"]


def _place(message):
    return Place.get_by_id(message.place_id)


def _waits(message, at):
    """The place still waits for the same: for its group, or for its turn."""
    place = _place(message)
    alone = place.state == "taken" and place.opening.confirmed_at is None
    return (place.state == "listed" or alone) and place.opening.state != "cancelled"


def _takes_place(message, at):
    place = _place(message)
    return place.state == "taken" and place.opening.state != "cancelled"


def _offered(message, at):
    place = _place(message)
    return place.state == "offered" and place.offered_until > at and place.opening.state != "cancelled"


def _on_the_list(message, at):
    return _place(message).state == "listed"


def _place_stands(message, at):
    place = _place(message)
    return place.state in Place.LIVE and place.opening.state != "cancelled"


def _turn_is_so(message, at):
    """It still is as the message says: off, or on and not moved again."""
    opening = message.opening
    if message.says["what"] == "off":
        return opening.state == "cancelled"
    return opening.state != "cancelled" and message.key.endswith(f" {opening.sequence}")


def _idea_lives(message, at):
    idea = message.idea
    wanted = message.employee.news_at is not None and message.employee.left_at is None
    return wanted and idea.state == "published" and idea.closes_at > at


def _not_contested(message, at):
    """Marked, and not resolved otherwise meanwhile."""
    visit = message.place or message.appointment
    return visit.state == message.kind


def _any_planned(message, at):
    """Of a series: some visit of those that were agreed together."""
    visit = Appointment.get_by_id(message.appointment_id)
    return visits_from(visit.request, visit.planned_at).exists()


def _still_open(message, at):
    return _request(message).state in ServiceRequest.UNANSWERED


def _promise_stands(message, at):
    request = _request(message)
    promised = request.promised_at and request.promised_at.isoformat()
    proposed = Proposal.select().where(Proposal.request == request, Proposal.state == "waiting").exists()
    return request.state in ServiceRequest.UNANSWERED and promised == message.says["promised_at"] and not proposed


def _proposal_waits(message, at):
    proposal = Proposal.get_by_id(message.proposal_id)
    return proposal.state == "waiting" and proposal.due_at > at


def _countered(message, at):
    return Proposal.get_by_id(message.proposal_id).state == "countered"


def _goes(message, at):
    visit = Appointment.get_by_id(message.appointment_id)
    goes = visit.state == "planned" and visit.worker_id == message.operator_id
    return goes and visit.starts_at.isoformat() == message.says["starts_at"]


def _goes_no_more(message, at):
    return not _goes(message, at)


def _unassigned(message, at):
    request = _request(message)
    return request.state == "open" and not request.promised_at


def _is_somebodys(message, at):
    person = _request(message).employee
    return person is not None and person.left_at is None


def _has_visits(message, at):
    begins, ends = hours.day(date.fromisoformat(message.says["on"]))
    return any(question(message.operator, begins, ends).exists() for question in (day_list, led_on))


def _has_unmarked(message, at):
    asked_about = unmarked(since_last_evening(message.queued_at), message.queued_at)
    return asked_about.where(Operator.id == message.operator_id).exists()


STILL = {
    "request_received": _still_open,
    "answer_later": _promise_stands,
    "nobody_yet": _unassigned,
    "referral": _referral_lives,
    "referral_reminder": _referral_waits,
    "referral_withdrawn": _referral_is_over,
    "signpost_office": _is_somebodys,
    "proposal": _proposal_waits,
    "proposal_reminder": _proposal_waits,
    "countered": _countered,
    "confirmed": _any_planned,
    "moved": _visit_planned,
    "not_moved": _visit_planned,
    "substitute_sought": _still_open,
    "going": _goes,
    "not_going": _goes_no_more,
    "reminder_day": _visit_at_that_hour,
    "reminder_hours": _visit_at_that_hour,
    "day_list": _has_visits,
    "mark_delivered": _has_unmarked,
    "delivered": _not_contested,
    "missed": _not_contested,
    "place_waiting": _waits,
    "place_taken": _takes_place,
    "group_reached": _takes_place,
    "place_offered": _offered,
    "place_skipped": _on_the_list,
    "place_moved": _place_stands,
    "idea": _idea_lives,
    "turn_changed": _turn_is_so,
}
