"""Forgetting: what has served its time goes."""

from datetime import timedelta

from models import Code, JobRun, Rate

from .moves import one_transaction

WEEK = timedelta(days=7)


@one_transaction
def tidy(*, at) -> int:
    """Delete codes, counters and claims of a week ago. Returns how many rows."""
    old = at - WEEK
    return (Code.delete().where(Code.expires_at < old).execute()
            + Rate.delete().where(Rate.window_at < old).execute()
            + JobRun.delete().where(JobRun.done_at < old, JobRun.slot != "tick").execute())
