"""The sentences of a text."""

import re

PARTS = re.compile(r"[.!?;\n]")


def sentences(row) -> list:
    """Where each sentence of a row of tokens begins and ends."""
    begins = [place for place, token in enumerate(row) if place == 0 or PARTS.search(token.before)]
    return list(zip(begins, [*begins[1:], len(row)]))
