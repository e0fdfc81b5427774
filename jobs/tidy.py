"""What has served: old codes, counters, and claims of jobs."""

from actions import forgetting


def tidy(now) -> int:
    """Delete what nobody needs any more."""
    return forgetting.tidy(at=now)
