"""Nothing waits forever: reminders at half time, the coordinator, the next cooperative, and the end at the start."""

from actions import answering, asking
from questions.work import due_a_reminder, lapsing, late, unagreed_at_start

from .each import each


def escalate(now) -> int:
    """What limits ask for by now."""
    return (each(unagreed_at_start(now), lambda request: asking.lapse(request, at=now))
            + each(lapsing(now), lambda referral: answering.lapse(referral, at=now))
            + each(late(now), lambda referral: answering.tell_late(referral, at=now))
            + each(due_a_reminder(now), lambda referral: answering.remind(referral, at=now)))
