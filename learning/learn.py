"""Learns from the examples how texts are read, and writes what was learned beside the lists of words: `make learn`.

Two things are learned, each by scikit-learn's linear support vector machine, one a label. `examples/` holds texts with
what they are for: from them what a whole text is like. `told/` holds texts in which what is wanted and what is told by
the way is marked: from them which times and comuni count. The features are those of `texting.likeness` and
`texting.relevance`; weights that say little are left out, the others are kept as small numbers. Printed is how many are
right by weights that were learned without them, ten parts in turn.
"""

import gzip
import sys
from collections import Counter
from math import log
from pathlib import Path

import numpy
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

sys.path.insert(0, str(Path(__file__).parent.parent))

from learning import reading  # noqa: E402
from texting import likeness, weights  # noqa: E402

CLOSE = 0.5         # how closely the examples are followed
FEWEST = 2          # examples in which a feature stands that is kept
LEAST = 0.08        # a weight smaller than this says nothing


# ---------------------------------------------------------------- learning

class Block:
    """Features of a kind that were seen often enough, and how rare each is."""

    def __init__(self, counts):
        seen = Counter(name for one in counts for name in one)
        self.names = sorted(name for name, times in seen.items() if times >= FEWEST)
        self.places = {name: place for place, name in enumerate(self.names)}
        self.rare = numpy.array([log((1 + len(counts)) / (1 + seen[name])) + 1 for name in self.names])

    def matrix(self, counts):
        """A row for each text, of length one."""
        rows, columns, values = [], [], []
        for row, one in enumerate(counts):
            for name, times in one.items():
                if name in self.places:
                    rows.append(row)
                    columns.append(self.places[name])
                    values.append((1 + log(times)) * self.rare[self.places[name]])
        return normalize(csr_matrix((values, (rows, columns)), (len(counts), len(self.names))))


def learn(name, labels, kinds, shares):
    """Learn labels from kinds of features, tell how well, and write what was learned."""
    blocks = [Block(counts) for counts in kinds]
    rows = hstack([block.matrix(counts) * share for block, counts, share in zip(blocks, kinds, shares)]).tocsr()
    tried = cross_val_predict(LinearSVC(C=CLOSE), rows, labels, cv=StratifiedKFold(10, shuffle=True, random_state=0))
    right = sum(one == other for one, other in zip(tried, labels))
    print(f"{name}: {len(labels)} examples, {len(set(labels))} labels; learned without them {right / len(labels):.1%} are right")
    found = LinearSVC(C=CLOSE).fit(rows, labels)
    names, rare = [name for block in blocks for name in block.names], numpy.concatenate([block.rare for block in blocks])
    known = found.classes_ if len(found.coef_) > 1 else found.classes_[1:]
    write(weights.path_of(name), known, found, names, rare)


def write(path, labels, found, names, rare):
    """The weights that say something: a label's number and the weight, two bytes each."""
    lines = [reading.digest(), "\t".join(labels), "\t".join(f"{one:.4f}" for one in found.intercept_)]
    for name, often, column in zip(names, rare, found.coef_.T):
        says = bytes(part for place, weight in enumerate(column) if abs(weight) >= LEAST
                     for part in (place, max(0, min(255, 128 + round(weight * weights.STEP)))))
        lines.append(f"{name}\t{often:.2f}\t{says.hex()}")
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write("\n".join(lines).encode())
    print(f"  {len(names)} features, {path.stat().st_size // 1024} KiB in {path.name}")


if __name__ == "__main__":
    told = list(reading.marked())       # first: what a text is like depends on which times count
    learn("relevance", [label for label, _ in told], [[around for _, around in told]], (1.0,))
    read = list(reading.examples())
    each = [reading.counted_in(text) for _, text in read]
    learn("likeness", [label for label, _ in read], list(zip(*each)), likeness.SHARES)
