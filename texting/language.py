"""Which of two languages a text is in; in doubt Italian."""

from functools import lru_cache

from texting.phrases import kept


PLAINLY = 3     # words
NAMES = frozenset((("we", "kids"), ("we", "play")))     # of services, whatever the language


@lru_cache
def _words(name):
    return frozenset(word for line in kept("common")[name] for word in line.split() if not word.endswith("_"))


def is_english(words: list[str]) -> bool:
    """Whether more of these words are English than Italian."""
    named = {place + more for place, pair in enumerate(zip(words, words[1:])) if pair in NAMES for more in (0, 1)}
    words = [word for place, word in enumerate(words) if place not in named]
    english = sum(word in _words("english") for word in words)
    italian = sum(word in _words("italian") for word in words)
    return english > italian


def is_italian(words: list[str]) -> bool:
    """Whether this is plainly Italian: three of its words more than of English."""
    return sum(word in _words("italian") for word in words) >= PLAINLY + sum(word in _words("english") for word in words)
