"""What was learned from examples: of each feature how rare it is, and how much it speaks for or against each label.

`make learn` writes them from `learning/`; a text is like the label whose weights sum highest. Nothing here ever leaves
the machine, and the same text always reads the same.
"""

import gzip
from collections import Counter
from functools import lru_cache
from math import log, sqrt
from pathlib import Path
from typing import NamedTuple

WORDS = Path(__file__).parent / "words"
STEP = 32                       # a weight of one is kept as 32


class Weights(NamedTuple):
    """The labels, the bias of each, and the features: how rare, and bytes in pairs, a label's number and its weight.
    `learned_from` tells the examples."""

    learned_from: str
    labels: tuple
    biases: tuple
    features: dict

    def sums(self, *blocks: tuple[Counter, float]) -> list[float]:
        """How much the features of each block speak for each label: each the more the rarer it is, all of a block together
        as much as its share."""
        sums = list(self.biases)
        for counted, share in blocks:
            found = [(self.features[name], 1 + log(times)) for name, times in counted.items() if name in self.features]
            values = [rare * often for (rare, _), often in found]
            length = sqrt(sum(value * value for value in values)) or 1.0
            for ((_, says), _), value in zip(found, values):
                part = value / length / STEP * share
                for place in range(0, len(says), 2):
                    sums[says[place]] += (says[place + 1] - 128) * part
        return sums


def path_of(name: str) -> Path:
    """The file of weights of this name."""
    return WORDS / f"{name}.tsv.gz"


@lru_cache
def kept(name: str) -> Weights:
    """The weights of this name, read once."""
    with gzip.open(path_of(name), "rt", encoding="utf-8") as file:
        learned_from = file.readline().strip()
        labels = tuple(file.readline().rstrip("\n").split("\t"))
        biases = tuple(float(one) for one in file.readline().split("\t"))
        rows = (line.rstrip("\n").split("\t") for line in file)
        return Weights(learned_from, labels, biases, {name: (float(rare), bytes.fromhex(says)) for name, rare, says in rows})
