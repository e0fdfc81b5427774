"""What was marked is settled when the week for objections is over, and requests of which nothing is to come end."""

from actions import delivering, recording
from models import Appointment, Place
from questions.facts import closed_without_a_fact, settling
from questions.work import done_with

from .each import each


def close(now) -> int:
    """Settle what was marked a week ago, close what is done with, write the facts of what closed before there were any."""
    marked_before = now - delivering.CONTEST
    settled = sum(each(settling(model, marked_before), lambda visit: recording.settle(visit, at=now))
                  for model in (Appointment, Place))
    closed = each(done_with(), lambda request: delivering.close(request, at=now))
    return settled + closed + each(closed_without_a_fact(), lambda request: recording.record(request, at=now))
