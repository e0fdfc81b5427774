"""What every form that sends something carries: a key, so that pressed twice it is sent once, and the price it showed."""

import re
import secrets

from flask import g


def new_key() -> str:
    """The key of a form that is drawn for the first time."""
    return secrets.token_hex(16)


def key_of(form) -> str:
    """The key under which this person's sending of this form is kept."""
    return f"{g.employee.id}:{(form.ask_key.data or new_key())[:64]}"


def shown_in(form) -> int:
    """The worker's share, in cents, that the form says it showed; -1, which no price is, where it says none."""
    return int(form.shown.data) if re.fullmatch("[0-9]{1,9}", form.shown.data or "") else -1
