"""A dead-man's switch: an address outside that hears from us, and alarms somebody when it does not."""

from urllib.error import URLError
from urllib.request import urlopen

TIMEOUT_S = 10


def beat(url: str) -> bool:
    """Ask for the address once; whether it answered. Nothing of ours is told."""
    try:
        with urlopen(url, timeout=TIMEOUT_S):
            return True
    except (URLError, OSError):
        return False
