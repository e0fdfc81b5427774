"""The dead-man's switch hears from us while the jobs run."""

from flask import current_app

from carriers.heartbeat import beat


def heartbeat(now) -> int:
    """One beat, where HEARTBEAT_URL is set."""
    url = current_app.settings.heartbeat_url
    return int(bool(url) and beat(url))
