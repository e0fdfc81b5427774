"""What an opening's fate means for each person in it, place by place: closed, called off, agreed, moved, offered in turn."""

from actions import giving_back, ideas, openings, placing, waiting
from questions.openings import (
    interested_without_a_place,
    offers_lapsing,
    offers_not_started,
    to_agree,
    to_call_off,
    to_close,
    to_tell_moved,
    unplaced_at_start,
    waiting_in_vain,
    with_room_for_the_list,
)

from .each import each


def turns(now) -> int:
    """Whatever openings ask for by now."""
    return sum(each(rows, lambda row: verb(row, at=now)) for rows, verb in _due(now))


def _due(now):
    yield to_close(now), openings.close
    yield to_call_off(), giving_back.call_off
    yield unplaced_at_start(now), waiting.end
    yield waiting_in_vain(), waiting.give_up
    yield to_agree(), placing.agree
    yield to_tell_moved(), giving_back.tell_moved
    yield offers_not_started(now), waiting.start_offer
    yield offers_lapsing(now), waiting.lapse
    yield interested_without_a_place(now), ideas.hold_place      # before what is free is offered to others
    yield with_room_for_the_list(now), waiting.offer_all
