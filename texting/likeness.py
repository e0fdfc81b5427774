"""What a whole text is like: a linear reading learned from examples, for what no list of phrases foresees.

The phrases know what they know for sure; people say the rest in words of their own. Each label ("yes", "cancel",
"homecare night") has a weight for every word, pair of words and run of letters that the examples in `learning/examples`
were found to speak for it or against it by.
"""

from collections import Counter
from typing import NamedTuple

from texting.phrases import phrases
from texting.said import Said
from texting.weights import kept
from texting.when import When

MOST_WORDS = 80                 # what stands behind them is not weighed
RUNS = (2, 3, 4)                # letters
SHARES = (1.0, 1.0, 0.5)        # of words, of runs of letters, of what the phrases and the time say


class Likeness(NamedTuple):
    """How like its labels a text is, the likest first; above 0 it is that rather than anything else."""

    ranked: tuple

    @property
    def label(self) -> str:
        """The label it is likest."""
        return self.ranked[0][0]

    @property
    def score(self) -> float:
        """How like the likest it is."""
        return self.ranked[0][1]

    @property
    def lead(self) -> float:
        """By how much the likest leads before the next."""
        return self.ranked[0][1] - self.ranked[1][1]

    def of(self, label: str) -> float:
        """How like this label it is."""
        return dict(self.ranked).get(label, -9.0)


def features(said: Said, when: When, today) -> tuple[Counter, Counter, Counter]:
    """What is weighed of a text: its words and pairs of words, numbers by their kind; the runs of letters within its words;
    and of which phrases it has some, and whether of a day, today, an hour, a night."""
    words = [_spoken(token) for token in said.row[:MOST_WORDS]]
    words += ["?"] if "?" in said.text else []
    pairs = [f"{one} {other}" for one, other in zip(words, words[1:])]
    runs = Counter()
    for word in words:
        if word.isalpha():
            runs.update(_runs(word))
    found = {f"{hit.name}" for hit in phrases("services").find(said.words)} | {f"says {name}" for name in said.names}
    return Counter(words + pairs), runs, Counter(f"={name}" for name in found | _times(when, today))


def _times(when, today):
    told = {"a day": when.on, "until": when.until, "start": when.start, "end": when.end, "part": when.part,
            "weekly": when.weekly, "today": when.on == today, "overnight": when.is_overnight}
    return {name for name, is_so in told.items() if is_so}


def _spoken(token):
    """A word as it is; of what digits say only its kind."""
    for kind in ("weekday", "month"):
        if kind in token.reads:
            return f"<{kind}>"
    if not any(sign.isdigit() for sign in token.word):
        return token.word
    return "<" + next((kind for kind in ("code", "clock", "span", "dmy", "slash", "dotted", "dm") if kind in token.reads),
                      "number" if len(token.word) < 3 else "long") + ">"


def _runs(word):
    word = f"_{word}_"
    for length in RUNS:
        for begin in range(len(word) - length + 1):
            yield word[begin:begin + length]


def likeness(said: Said, when: When, today) -> Likeness:
    """How like each label a text is, of which the time is read."""
    weights = kept("likeness")
    sums = weights.sums(*zip(features(said, when, today), SHARES))
    return Likeness(tuple(sorted(zip(weights.labels, sums), key=lambda one: -one[1])))
