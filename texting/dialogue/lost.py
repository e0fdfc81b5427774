"""Where the dialogue ends and a person begins: who asks to be called, and what was not understood twice."""

from actions import conversing, joining
from actions.trusting import TooMany
from texting.dialogue.turn import Turn


def call(turn: Turn):
    """A person calls back; asked too often, it is on the list already."""
    try:
        joining.call_me(turn.person, "", at=turn.at, language=turn.person.language)
    except TooMany:
        pass
    return turn.reply("call_promised")


def not_understood(turn: Turn):
    """Said once; the second time a person reads it, with the conversation. At most one of each in an hour."""
    if turn.talk.missed:
        handed = conversing.hand_over(turn.inbound, at=turn.at)
        if handed and conversing.may_try(f"reads:{turn.phone.id}", 1, at=turn.at):
            return turn.reply("read_by_a_person", missed=2, keep=True)
        return _missed(turn)
    if not conversing.may_try(f"lost:{turn.phone.id}", 1, at=turn.at):
        return _missed(turn)
    return turn.reply("not_understood", keep=True, missed=1)


def _missed(turn):
    outcome = turn.silent()
    return outcome._replace(talk={**outcome.talk, "missed": turn.talk.missed + 1})
