"""What the tests of reading texts share: catalogues, the moment, samples and how they are scored."""

import csv
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from house import ROOT

from texting import when
from texting.catalogue import Known, catalogue
from texting.tokens import clean, tokens
from texting.understand import understand

KEPT = Path(__file__).parent / "data"
NOW = datetime.fromisoformat("2026-12-01T10:00:00+01:00")     # a Tuesday
GUESSES = ("service", "place", "date", "until", "weekdays", "start", "end")  # asked again they cost a text; wrong, somebody's morning


def rows(name):
    """A pilot file of the demonstration."""
    with open(ROOT / "pilot/demo" / f"{name}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@lru_cache
def services():
    """The demonstration's services as texts are read against them."""
    return tuple(Known(row["codice"], row["nome"], row["nome_en"], row["nome_sms"], row["bisogno"],
                       tuple(word.strip() for word in row["parole_chiave"].split(";") if word.strip()))
                 for row in rows("servizi"))


@lru_cache
def bergamo():
    """The demonstration's catalogue."""
    return catalogue(services(), tuple(row["nome"] for row in rows("comuni")))


@lru_cache
def lombardia():
    """The same services in the 1,501 comuni of Lombardia, many of whose names are words, surnames, feasts."""
    names = (ROOT / "texting/words/comuni_lombardia.txt").read_text(encoding="utf-8").split("\n")
    return catalogue(services(), tuple(filter(None, names)))


def meaning(text, known=None, now=NOW):
    """What a text means, as outsiders read it."""
    return understand(text, known or bergamo(), now).as_json()


def time_in(text, now="2026-12-01T10:00"):
    """What a text says about time, what was not said left out."""
    read = when.read(tokens(clean(text)), datetime.fromisoformat(now))
    shown = {"on": str(read.on), "until": str(read.until), "start": f"{read.start:%H:%M}" if read.start else None,
             "end": f"{read.end:%H:%M}" if read.end else None, "part": read.part, "weekly": read.weekly, "weekdays": read.weekdays}
    return {key: value for key, value in shown.items() if value and value != "None"}


def sample(name):
    """The texts of a sample, each with what it means."""
    kept = json.loads((KEPT / name).read_text(encoding="utf-8"))
    return [{"now": kept["now"], **one} if "now" in kept else one for one in kept["texts"]]


def score(texts, known):
    """How many are right in every field, and the misses: (text, what was read, what was meant, what was guessed wrong)."""
    misses = []
    for one in texts:
        meant = {key: value for key, value in one.items() if key not in ("text", "now")}
        read = meaning(one["text"], known, datetime.fromisoformat(one["now"]) if "now" in one else NOW)
        if read != meant:
            misses.append((one["text"], read, meant, [key for key in GUESSES if _guessed(read.get(key), meant.get(key))]))
    return len(texts) - len(misses), misses


def _guessed(read, meant):
    """Whether something else was read than was meant; of several places one is asked for, which is no guess."""
    several_places = isinstance(read, list) and isinstance(read[0], str)
    return read is not None and not several_places and read != meant


def told(misses):
    """The misses as a failing test shows them."""
    return "\n".join(f"{text}\n  read  {read}\n  meant {meant}" for text, read, meant, _ in misses)
