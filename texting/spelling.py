"""The one known word that a mistyped one can be: near, alone, and only if the word is not one of the language's."""

from itertools import combinations

from rapidfuzz.distance import OSA

SHORTEST, TWO_SLIPS = 6, 10     # letters from which one slip, and two, are forgiven


class Spelling:
    """Words by what is left of them when letters are missing; built once, asked in no time."""

    def __init__(self, words, two_slips=TWO_SLIPS):
        self.two_slips = two_slips
        self.words = frozenset(word for word in words if len(word) >= SHORTEST)
        self.left, self.swapped = {}, _swapped(words)
        for word in self.words:
            for rest in _left(word, self._slips(word)):
                self.left.setdefault(rest, set()).add(word)

    def _slips(self, word):
        return 2 if len(word) >= self.two_slips else 1

    def near(self, word: str) -> str | None:
        """The word this one is a slip of; None if there is none, or two as near."""
        nearest = self.nearest(word)
        return nearest[0] if len(nearest) == 1 else None

    def nearest(self, word: str) -> list:
        """The words this one may be a slip of, all as near."""
        if word in self.words:
            return [word]
        if word in self.swapped:
            return [self.swapped[word]]
        if not SHORTEST - 1 <= len(word) <= 30:
            return []
        found = {}
        for other in {other for rest in _left(word, self._slips(word)) for other in self.left.get(rest, ())}:
            slips = OSA.distance(word, other, score_cutoff=self._slips(other))
            if slips <= self._slips(other) and _begins_alike(word, other):
                found.setdefault(slips, []).append(other)
        return sorted(_letter_left_out(word, found.get(min(found, default=0), [])))


def _swapped(words):
    """Short words with two of their letters swapped: "pasot" is "pasto"."""
    short = {word for word in words if len(word) == SHORTEST - 1}
    made = {}
    for word in short:
        for place in range(1, len(word) - 1):
            made.setdefault(word[:place] + word[place + 1] + word[place] + word[place + 2:], word)
    return {slip: word for slip, word in made.items() if slip not in short}


def _letter_left_out(word, near):
    """Of words as near, the one of which only letters were left out, if it is one: "treviglo" is no Treviolo."""
    shorter = [other for other in near if len(other) > len(word) and _runs_along(word, other)]
    return shorter if len(shorter) == 1 else near


def _runs_along(word, other):
    letters = iter(other)
    return all(letter in letters for letter in word)


def _begins_alike(word, other):
    return word[0] == other[0] or sorted(word[:2]) == sorted(other[:2])


def _left(word, slips):
    """The word, and what is left without one or two of its letters."""
    yield word
    for count in range(1, slips + 1):
        for gone in combinations(range(len(word)), count):
            yield "".join(letter for place, letter in enumerate(word) if place not in gone)
