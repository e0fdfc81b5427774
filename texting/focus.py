"""The sentences of a story that ask: what they name is asked for, what the others name is told by the way."""

import re

from texting.kinds import MODIFIERS
from texting.phrases import phrases
from texting.what import What

NEEDS = re.compile(r"\b(?:serve|servirebbe|servono|bisogno|cerco|cerchiamo|need|avere)\b")
PARTS = re.compile(r"[.!?;\n]")


def sentences(row) -> list:
    """Where each sentence of a row of tokens begins and ends."""
    begins = [place for place, token in enumerate(row) if place == 0 or PARTS.search(token.before)]
    return list(zip(begins, [*begins[1:], len(row)]))


def focused(row, words, text) -> list | None:
    """The words of the sentences that ask, the others blank; None where all ask, or none does."""
    parts = sentences(row)
    if len(parts) < 2:
        return None
    asking = [(begin, end) for begin, end in parts if _asks(row, begin, end, text)]
    if not asking or len(asking) == len(parts):
        return None
    kept = {place for begin, end in asking for place in range(begin, end)}
    return [word if place in kept else "" for place, word in enumerate(words)]


def _asks(row, begin, end, text):
    behind = row[end].before if end < len(row) else text[row[-1].end:]
    if "?" in behind:
        return True
    return any(hit.name == "ask" for hit in phrases("intents").find([token.word for token in row[begin:end]]))


def offers_another_time(focus) -> bool:
    """Whether the sentences that ask ask for another time: the others are why."""
    names = {hit.name for hit in phrases("intents").find(focus)}
    return bool(names & {"move", "rather"}) and not NEEDS.search(" ".join(focus))


def of_focus(whole: What, focus: What) -> What:
    """What is asked for: what the asking sentences name, with how urgent it is from all of them."""
    if focus.certain and focus.service and focus.kinds - MODIFIERS != whole.kinds - MODIFIERS:
        return focus if not whole.unmet else whole
    if whole.service and not whole.certain and not focus.says_something:
        return whole._replace(service=None, likely=(whole.service,))
    return whole
