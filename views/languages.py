"""Which language a page speaks to whom, and the choice between them."""

from flask import request, session
from wtforms import SelectChoice

NAMES = {"it": "Italiano", "en": "English"}
CHOICES = [SelectChoice(code, name) for code, name in NAMES.items()]
REMEMBERED = 30     # people of one browser


def spoken(person) -> str:
    """The language of this person's pages: theirs, unless another was asked for on those pages in this browser.

    Kept for each person apart: on a phone that two people share, one's English is not the other's.
    """
    key = f"{person._meta.table_name}:{person.id}"
    if request.args.get("lang") in NAMES:
        speak(person, request.args["lang"])
    return session.get("spoken", {}).get(key, person.language)


def speak(person, language: str):
    """Remember in this browser that this person's pages speak this language."""
    kept = {**session.get("spoken", {}), f"{person._meta.table_name}:{person.id}": language}
    session["spoken"] = dict(list(kept.items())[-REMEMBERED:])
