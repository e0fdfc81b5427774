"""What has served its time goes: words after a month, names after a season or a year; also at the carrier."""

import logging

from flask import current_app

import carriers
from actions import forgetting, recording, trusting
from actions.moves import JOB
from questions.facts import heads_of_ended
from questions.forgetting import (
    conversations_over,
    inbound_to_delete,
    inbound_to_empty,
    invitations_untaken,
    items_to_forget,
    links_of_ended,
    messages_to_empty,
    messages_to_unlink,
    phones_of_nobody,
    received_kept_by_carrier,
    requests_to_forget,
    sent_kept_by_carrier,
)
from rules import hours

from .each import each

log = logging.getLogger("lynx.jobs")

AWAY = 5     # times without an answer in a row: the carrier is away, and is asked again tomorrow


def forget(now) -> int:
    """Keep what the notice promises, then empty at the carrier what is empty here. Returns how many rows changed."""
    done = sum(each(rows, lambda row: verb(row, at=now)) for rows, verb in _due(now))
    return done + _empty_at_carrier(now)


def _due(now):
    """What is due with what is done about it, in an order in which nothing is refused by what refers to it."""
    yield messages_to_empty(now - forgetting.WORDS), forgetting.empty_sent
    yield inbound_to_empty(now - forgetting.WORDS), forgetting.empty_received
    yield conversations_over(now - forgetting.WORDS), forgetting.delete_conversation
    yield requests_to_forget(now - forgetting.UNFINISHED, now - forgetting.DELIVERED), forgetting.anonymise
    yield items_to_forget(now - forgetting.DONE_AT_THE_DESK), forgetting.forget_item
    yield links_of_ended(now - forgetting.LINK_OF_ENDED), _revoke
    yield invitations_untaken(now - forgetting.INVITATION), forgetting.withdraw_invitation
    yield messages_to_unlink(now - forgetting.TRACES), forgetting.unlink
    yield inbound_to_delete(now - forgetting.TRACES), forgetting.delete_received
    yield heads_of_ended(hours.local(now - forgetting.AFTER_THE_PROJECT).date()), recording.drop_head
    yield phones_of_nobody(), forgetting.forget_number


def _revoke(link, *, at):
    trusting.revoke(link, by=JOB, at=at)


# ---------------------------------------------------------------- at the carrier

def _empty_at_carrier(now):
    """One text, one call, one commit. The newest first: what the carrier will not answer for holds up nothing else."""
    carrier = carriers.carrier_for("sms", current_app.settings)
    done, unanswered = 0, 0
    for text in [*sent_kept_by_carrier(), *received_kept_by_carrier()]:
        if unanswered == AWAY:
            break
        if _redact(carrier, text):
            forgetting.emptied_at_carrier(text, at=now)
            done, unanswered = done + 1, 0
        else:
            unanswered += 1
    return done


def _redact(carrier, text):
    """Whether the carrier keeps no words of it now. No transaction is open here."""
    try:
        carrier.redact(text.carrier_id)
    except carriers.Refused:
        return True         # it knows no such text
    except carriers.CarrierError:
        log.warning("%s %s is not emptied at the carrier yet", text._meta.table_name, text.id)
        return False
    return True
