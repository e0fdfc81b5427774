"""A cooperative's operator writes: OK or NO with a reference, done with the day, or something the page is for."""

from actions import agreeing, answering, changing, conversing, delivering, planning
from actions.moves import NotAllowed
from actions.trusting import link_to
from models import Referral
from questions.talking import (
    asked_to_mark,
    last_texted,
    openings_unmarked_of,
    referral_by,
    unmarked_of,
)
from texting.dialogue.turn import Turn
from texting.tokens import clean, tokens

HELPED_AN_HOUR = 3
DONE = {"svolto", "svolta", "tutto svolto", "tutto svolto come previsto", "fatto", "tutto fatto", "tutto ok", "done", "all done"}


def is_theirs(turn: Turn, working) -> bool:
    """Whether an operator wrote it: it names what lies before her cooperative, or nobody else has this number.

    Of an operator who also joined with a firm: what was texted to her last says as whom she answers.
    """
    if turn.said.reference:
        referral, _ = referral_by(working, turn.said.reference)
        return referral is not None or not turn.people
    if not turn.people:
        return True
    last = last_texted(turn.phone)
    bare = turn.intent in ("yes", "no") or _says_done(turn)
    return bare and not turn.talk.asking and last is not None and last.operator_id is not None


def answer(turn: Turn, working):
    """What an operator's text does."""
    operator = working[0]
    if turn.said.reference:
        return _about(turn, working)
    if turn.intent == "yes" or _says_done(turn):
        for one in working:
            if asked_to_mark(one, turn.at):
                return _close_day(turn, one)
    if turn.intent == "thanks":
        return turn.silent()
    if turn.intent == "human":
        conversing.hand_over(turn.inbound, at=turn.at)
        return _say(turn, operator, "read")
    if turn.talk.missed:
        conversing.hand_over(turn.inbound, at=turn.at)
    return _help(turn, operator)


def _help(turn, operator):
    """How it is done; at most so often an hour."""
    if not conversing.may_try(f"helped:{turn.phone.id}", HELPED_AN_HOUR, at=turn.at):
        outcome = turn.silent()
        return outcome._replace(talk={**outcome.talk, "missed": turn.talk.missed + 1})
    link = link_to("operator", at=turn.at, operator=operator)
    return turn.reply("operator_answer", {"what": "help"}, about={"link": link}, to=operator, keep=True, missed=1)


def _says_done(turn):
    return " ".join(token.word for token in tokens(clean(turn.text))) in DONE


def _say(turn, operator, what, referral=None, **says):
    about = {}
    if referral is not None:
        about = {"request": referral.request, "referral": referral,
                 "link": link_to("referral", at=turn.at, operator=operator, referral=referral)}
    return turn.reply("operator_answer", {"what": what, "reference": turn.said.reference, **says}, about=about, to=operator)


# ---------------------------------------------------------------- OK A7K2, NO A7K2

def _about(turn, working):
    referral, operator = referral_by(working, turn.said.reference)
    if referral is None:
        return _say(turn, working[0], "unknown")
    if turn.intent not in ("yes", "no", "cancel") or turn.said.when.says_a_time:
        return _say(turn, operator, "page", referral)
    try:
        return (_no if turn.intent in ("no", "cancel") else _ok)(turn, referral, operator)
    except NotAllowed:
        return _say(turn, operator, "too_late", referral, state=_what_is_true(referral, operator))
    except planning.Busy:
        return _say(turn, operator, "busy", referral)
    except (planning.SharesChanged, planning.NoDays):
        return _say(turn, operator, "page", referral)


def _ok(turn, referral, operator):
    """Confirm as asked, or agree to what the person asks instead; she goes herself if she goes to people at all."""
    worker = operator if operator.goes else None
    live = planning.live_proposal(referral.request)
    if live and live.referral_id == referral.id:
        if live.state != "countered":
            return _say(turn, operator, "waits", referral)
        agreeing.agree_to_counter(live, operator, worker, at=turn.at)
        return _say(turn, operator, "agreed", referral, goes=bool(worker))
    if referral.operator_id not in (None, operator.id):
        raise NotAllowed(referral)
    answering.confirm(referral, operator, worker, at=turn.at)
    return _say(turn, operator, "confirmed", referral, goes=bool(worker))


def _no(turn, referral, operator):
    live = planning.live_proposal(referral.request)
    if live and live.appointment_id and live.state == "countered":
        changing.refuse_change(live, operator, at=turn.at)
        return _say(turn, operator, "stays", referral)
    if referral.state not in Referral.LIVE or referral.operator_id not in (None, operator.id):
        raise NotAllowed(referral)
    answering.decline(referral, operator, "other", at=turn.at)
    return _say(turn, operator, "declined", referral)


def _what_is_true(referral, operator):
    """In one word, why it is too late."""
    referral = Referral.get_by_id(referral.id)
    request = referral.request
    if request.outcome == "cancelled_by_employee":
        return "cancelled"
    if request.state == "agreed" and referral.state in Referral.LIVE:
        return "agreed_by_you" if referral.operator_id == operator.id else "colleague"
    if referral.state in Referral.LIVE:
        return "colleague" if referral.operator_id not in (None, operator.id) else "begun"
    return "declined_by_you" if referral.state == "declined" else "elsewhere"


# ---------------------------------------------------------------- the day is done

def _close_day(turn, operator):
    """As planned: every visit of hers that has ended, and the openings she leads."""
    done = delivering.deliver_day(list(unmarked_of(operator, turn.at)), operator, at=turn.at)
    for opening in list(openings_unmarked_of(operator, turn.at)):
        minutes = int((opening.ends_at - opening.starts_at).total_seconds() // 60)
        delivering.close_day(opening, operator, {}, {operator.id: minutes}, at=turn.at)
        done += 1
    return _say(turn, operator, "day_closed" if done else "nothing_to_mark")
