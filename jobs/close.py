"""Requests whose visits are settled end when the week for objections is over."""

from actions import delivering
from questions.work import settled_before

from .each import each


def close(now) -> int:
    """Close them as delivered."""
    return each(settled_before(now - delivering.CONTEST), lambda request: delivering.close(request, at=now))
