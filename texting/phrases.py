"""Phrases of plain words in a file, found in a row of tokens in one pass.

A file has sections, `[name]`, and under each one phrases, one a line or several with `;` between. In a phrase `a|b` is
either, `a?` may be missing, `stir*` is any word that begins so, `...` is up to three words of any kind.
"""

from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

WORDS = Path(__file__).parent / "words"
GAP, WIDEST_GAP = "...", 3
MOST_KEPT = 32      # rows of words whose phrases are remembered: those of the text that is being read


class Hit(NamedTuple):
    """A phrase that stands in a text: its section, and from which token to before which."""

    name: str
    begin: int
    end: int


class Phrases:
    """Sections of phrases, found by how their first word begins."""

    def __init__(self, sections: dict[str, list[str]]):
        self.sections = sections
        self.exact, self.prefixes = {}, {}
        for name, phrases in sections.items():
            for phrase in phrases:
                for words in _spellings(phrase):
                    self._keep(name, words)
        self._found = lru_cache(maxsize=MOST_KEPT)(self._find)
        self.lengths = sorted({len(prefix) for prefix in self.prefixes})
        self.vocabulary = frozenset(word for words in self._every_word() for word in words)

    def _keep(self, name, words):
        first = words[0]
        table, key = (self.prefixes, first[:-1]) if first.endswith("*") else (self.exact, first)
        table.setdefault(key, []).append((name, words[1:]))

    def _every_word(self):
        for table in (self.exact, self.prefixes):
            for key, entries in table.items():
                yield [key] if table is self.exact else []
                yield from ([word for word in rest if word != GAP and not word.endswith("*")] for _, rest in entries)

    def find(self, words: list[str]) -> tuple[Hit, ...]:
        """Every phrase that stands there, also one within another. The same words are looked through once."""
        return self._found(tuple(words))

    def _find(self, words):
        hits = []
        for place, word in enumerate(words):
            for name, rest in self._beginning(word):
                end = _follows(words, place + 1, rest)
                if end is not None:
                    hits.append(Hit(name, place, end))
        return tuple(hits)

    def _beginning(self, word):
        yield from self.exact.get(word, ())
        for length in self.lengths:
            if length > len(word):
                break
            yield from self.prefixes.get(word[:length], ())


def _follows(words, place, rest):
    if not rest:
        return place
    if rest[0] == GAP:
        ends = (_follows(words, skipped, rest[1:]) for skipped in range(place, place + WIDEST_GAP + 1))
        return next((end for end in ends if end is not None), None)
    if place < len(words) and (words[place] == rest[0] or (rest[0][-1] == "*" and words[place].startswith(rest[0][:-1]))):
        return _follows(words, place + 1, rest[1:])
    return None


def _spellings(phrase):
    """A phrase with its alternatives and its words that may be missing, written out."""
    choices = [[*part.rstrip("?").split("|"), *([""] if part.endswith("?") else [])] for part in phrase.split()]
    for words in product(*choices):
        kept = tuple(word for word in words if word)
        if kept:
            yield kept


def sections(text: str) -> dict[str, list[str]]:
    """The sections of a file of phrases; what stands behind # is for people."""
    made, name = {}, None
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            name = line.strip("[]")
            made.setdefault(name, [])
        elif line:
            made[name].extend(phrase.strip() for phrase in line.split(";") if phrase.strip())
    return made


@lru_cache
def kept(name: str) -> dict[str, list[str]]:
    """The sections of `words/<name>.txt`."""
    return sections((WORDS / f"{name}.txt").read_text(encoding="utf-8"))


@lru_cache
def phrases(name: str) -> Phrases:
    """The phrases of `words/<name>.txt`."""
    return Phrases(kept(name))
