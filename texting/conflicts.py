"""Of several hours, or days, that cannot all be meant: those that are told by the way give way to those that are wanted."""

from texting.clock import Hours
from texting.days import Days
from texting.tokens import sentences

BREATH = 2      # words between two days that are said in one breath
WINDOW = 0.5    # by how much more surely a window is wanted than an hour alone
CLEAR = 0.3     # by how much less surely something is wanted that gives way


def settled(row, mentions, scores) -> list:
    """The mentions, less the hours and days that give way; `scores` say how surely each is wanted."""
    hours = [one for one in mentions if isinstance(one.said, Hours)]
    days = [one for one in mentions if isinstance(one.said, Days) and one.said.first and not one.said.weekly]
    parts = [one for one in mentions if isinstance(one.said, str)]
    windows = {one.said for one in hours if one.said.start and one.said.end}
    if len(windows) == 1 and not _one_clock(row)(hours):     # a window says more than the hours told beside it
        scores = scores | {one: scores[one] + WINDOW for one in hours if one.said in windows}
    if len(windows) > 1 and min(scores[one] for one in hours if one.said in windows) > 0:
        return mentions         # "dalle 8 alle 10 e dalle 14 alle 16": both are wanted, which is asked
    begins = {one.begin for one in hours}
    if sum(one.end in begins and scores[one] > 0 for one in days) > 1:
        return mentions         # "lunedì alle 9 e martedì alle 15": so are these
    gone = _giving_way(hours, _one_clock(row), scores) + _giving_way(days, _in_one_breath, scores)
    behind = {one.end for one in gone if isinstance(one.said, Days)}
    gone += [one for one in hours if one.begin in behind and one not in gone]       # the hour of a day goes with it
    gone += _giving_way(parts, lambda some: len({one.said for one in some}) < 2, scores)
    return [one for one in mentions if one not in gone]


def _giving_way(some, agree, scores):
    """Those least surely wanted, one by one, until the rest agree; none where that is not clear."""
    left = sorted(some, key=scores.get)
    gone = []
    while left and not agree(sorted(left, key=lambda one: one.begin)):
        gone.append(left.pop(0))
    clear = not gone or bool(left) and min(map(scores.get, left)) - max(map(scores.get, gone)) >= CLEAR
    return gone if clear else []


def _one_clock(row):
    """Whether no two hours say another start, or another end, or an end and then, in another sentence, a start."""
    begins = [begin for begin, _ in sentences(row)]

    def agree(hours):
        starts, ends = ([one for one in hours if getattr(one.said, side)] for side in ("start", "end"))
        alone = [one for one in starts if not one.said.end] + [one for one in ends if not one.said.start]
        return (len({one.said.start for one in starts}) < 2 and len({one.said.end for one in ends}) < 2
                and (len({_last(begins, one) for one in alone}) < 2 or alone[0].begin < alone[-1].begin))
    return agree


def _last(begins, one):
    return max(begin for begin in begins if begin <= one.begin)


def _in_one_breath(days):
    """Whether days are said in one breath, "lunedì, mercoledì e venerdì", or are the same."""
    near = all(later.begin - one.end <= BREATH for one, later in zip(days, days[1:]))
    return len({one.said.first for one in days}) < 2 or near
