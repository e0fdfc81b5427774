"""A number that nobody joined with: a code joins, anything else is told how; who has joined may join once more."""

import re

from actions import conversing, joining
from actions.trusting import DAY, TooMany, spend
from models import Company
from rules import references
from texting.dialogue import wishes
from texting.dialogue.turn import Turn, spoken_in

BEGINS_WITH_A_CODE = re.compile(r"^\W*l[yi]nx\W*(\d(?:[ .-]?\d){4})\b(?!\d)", re.I)
TRIES = 10      # codes that one number may try in a day


def join(turn: Turn):
    """A firm's code: the text proves the number. Of a number that has joined it is asked who that is."""
    try:
        spend(f"join:{turn.phone.id}", TRIES, DAY, at=turn.at)
    except TooMany:
        return turn.silent()
    company = Company.get_or_none(Company.code == turn.said.code) if turn.said.code_is_right else None
    if company is None:
        return _unknown(turn)
    here = [person for person in turn.people if person.company_id == company.id]
    if here:
        return turn.reply("question", {"about": "who_joins", "options": [
            *({"text": person.word} for person in here), {"code": "another"}]}, asking="who_joins",
            draft={"company": company.id}, options=[*(person.id for person in here), 0], to=turn.phone)
    return let_in(turn, company)


def _unknown(turn):
    _speak(turn)
    why = "unknown" if turn.said.code_is_right else "check"
    return turn.reply("code_unknown", {"code": turn.said.code, "why": why}, to=_one_of(turn), keep=True)


def _one_of(turn):
    return turn.people[0] if len(turn.people) == 1 else turn.phone


def _speak(turn):
    if spoken_in(turn) == "en" and not turn.people:
        conversing.speak(turn.phone, "en")
        turn.phone.language = "en"


def let_in(turn: Turn, company):
    """One more person of this firm. Who has to wait for approval hears that from the verb."""
    language = spoken_in(turn) or turn.phone.language
    turn.person = joining.join_by_text(turn.phone, company, at=turn.at, language=language)
    turn.people.append(turn.person)
    if not turn.person.approved_at:
        return turn.silent(keep=False)
    return _with_the_first_wish(turn, turn.reply("joined"))


def _with_the_first_wish(turn, welcome):
    """"LYNX 48291 mi serve una babysitter venerdì": what stands behind the code is taken up at once."""
    turn.read_again(BEGINS_WITH_A_CODE.sub("", turn.text))
    if turn.intent != "ask" or not turn.said.what.says_something:
        return welcome
    wish = wishes.begin(turn)
    return wish._replace(answers=(*welcome.answers, *wish.answers))


def who_joins(turn: Turn):
    """Whether it is somebody of this number who joins again, or somebody else."""
    who = turn.chosen()
    if who is None:
        return None
    if who == 0:
        return let_in(turn, Company.get_by_id(turn.talk.draft["company"]))
    turn.person = next((person for person in turn.people if person.id == who), None)
    return turn.reply("joined") if turn.person and turn.person.approved_at else turn.silent(keep=False)


def _code_within(text):
    """The code in front of a first wish: "LYNX 48291 mi serve una babysitter"."""
    found = BEGINS_WITH_A_CODE.match(text)
    code = found and re.sub(r"\D", "", found[1])
    return code if code and references.is_join_code(code) else None


def answer(turn: Turn):
    """Whoever has not joined is told how, once an hour; a person calls who asks for that."""
    code = _code_within(turn.text)
    if code:
        turn.said = turn.said._replace(intent="join", code=code)
        return join(turn)
    _speak(turn)
    if turn.intent == "human" and conversing.may_try(f"ring:{turn.phone.id}", 1, at=turn.at):
        conversing.call_back(turn.phone, at=turn.at)
        return turn.reply("call_promised")
    if turn.intent in ("thanks", "stop"):
        return turn.silent()
    if conversing.may_try(f"help:{turn.phone.id}", 1, at=turn.at):
        return turn.reply("help", {"about": "join"})
    return _to_a_person(turn)


def _to_a_person(turn):
    """Who was told how, and writes on, does not manage: a person reads it. A nod or a greeting says nothing more."""
    if turn.intent in ("yes", "no", "greeting") or not conversing.hand_over(turn.inbound, at=turn.at):
        return turn.silent()
    said = conversing.may_try(f"reads:{turn.phone.id}", 1, at=turn.at)
    return turn.reply("read_by_a_person") if said else turn.silent()
