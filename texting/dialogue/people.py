"""A person writes: who of a shared number it is, whether our last question is being answered, else what they are after."""

import re

from actions import conversing, joining
from actions.trusting import link_to
from models import ServiceRequest
from questions.talking import asked_since
from texting.dialogue import answers, lost, standing_things, strangers, wishes
from texting.dialogue.turn import Turn, spoken_in

GENERAL = {"help", "menu", "human", "link", "status", "greeting"}     # answered at any time, whatever is being asked
INVITED = {"aiuto", "help", "info", "menu", "stato", "status", "chiamami", "link"}
OF_THE_NUMBER = {"", "who_joins", "desk"}                              # put to whoever has the phone in hand
LEAVE_ALONE = re.compile(r"\bnon (?:mi |ci )?(?:scriv|mand|invia|voglio (?:più |piu )?(?:ricever|messagg|sms))|\bbasta (?:con )?(?:i |gli )?"
                         r"(?:messagg|sms|scriver)|\btogli\w* (?:il mio numero|dalla lista|dall'elenco)|\b(?:stop|don'?t|do not|no more) "
                         r"(?:text|messag|writ|send)|\btake me off|\bcancellate (?:il mio|il numero)", re.I)
BARE = {"yes", "no", "rating_or_choice"}                              # say nothing without the question they answer


def answer(turn: Turn):
    """What a person's text does. Of a number of several people it is found out first who is writing."""
    if turn.talk.asking == "who":
        asked = _who_it_is(turn)
    else:
        asked = _whose_it_is(turn)
    if asked:
        return asked
    _leave_what_another_was_asked(turn)
    spoken = spoken_in(turn)
    if turn.person and spoken and turn.person.language != spoken:
        joining.speak(turn.person, spoken, at=turn.at)
        turn.person.language = spoken
    return _of_our_question(turn) or _by_intent(turn)


# ---------------------------------------------------------------- who is writing

def _whose_it_is(turn):
    """Set who is writing: the only one; whose word or reference it says; who was writing today. Else it is asked."""
    people = {person.id: person for person in turn.people}
    if len(people) < 2:
        turn.person = next(iter(people.values()), None)
        return None
    by_word = _by_word(turn)
    if by_word:
        turn.person = by_word
        return turn.reply("menu") if not turn.text.strip(" .:,!") else None
    if turn.said.reference:
        request = ServiceRequest.get_or_none(ServiceRequest.reference == turn.said.reference)
        turn.person = people.get(request and request.employee_id)
        turn.remembers = turn.person is not None and turn.person.id == turn.talk.employee_id
        return None if turn.person else standing_things.unknown(turn)
    return _as_before(turn, people)


def _by_word(turn):
    """Who begins with her word, "lana: ...": the word is taken off."""
    begins = re.match(r"\W*(\w+)\W*", turn.text)
    found = [person for person in turn.people if begins and person.word == begins[1].casefold()]
    if not found:
        return None
    turn.text = turn.text[begins.end():]
    turn.read_again(turn.text)
    return found[0]


def _as_before(turn, people):
    if turn.talk.asking in ("who_joins", "desk"):
        return None
    overtaken = turn.intent in BARE and turn.talk.asked_at and asked_since(turn.phone, turn.talk.asked_at)
    if turn.talk.employee_id in people and not overtaken:
        turn.person, turn.remembers = people[turn.talk.employee_id], not turn.talk.draft.get("once")
        return None
    if turn.intent in BARE:
        owners = {thing.request.employee_id for thing in answers.to_answer(turn.people, turn)}
        if len(owners) == 1:            # there is only one thing that it can answer
            turn.person, turn.remembers = people[owners.pop()], False
            return None
        if not owners:
            return None
    if turn.intent in ("thanks", "help"):
        return None                     # it matters to nobody
    return turn.reply("question", {"about": "who", "options": [{"text": person.word} for person in turn.people]},
                      asking="who", draft={"said": turn.text}, options=[person.id for person in turn.people], to=turn.phone)


def _who_it_is(turn):
    """The answer to "who are you?": what was said before is taken up again."""
    who = turn.chosen()
    by_word = None if who else _by_word(turn)
    turn.person = by_word or next((person for person in turn.people if person.id == who), None)
    if turn.person is None:
        if turn.intent in ("unknown", "rating_or_choice") and turn.talk.draft.get("said"):
            turn.text = turn.talk.draft["said"]     # that is what is still to be answered
        turn.talk.asking = ""
        return _whose_it_is(turn)
    words = turn.text.strip() if by_word and turn.text.strip(" .:,!") else turn.talk.draft.get("said", "")
    turn.text = words
    turn.read_again(words)
    turn.talk.asking, turn.talk.draft, turn.talk.options = "", {}, []
    return None


def _leave_what_another_was_asked(turn):
    """On a shared number a question is answered by the one it was put to, or by nobody."""
    theirs = turn.person and turn.talk.employee_id == turn.person.id
    if turn.shared and not theirs and turn.talk.asking not in OF_THE_NUMBER:
        turn.talk.asking, turn.talk.draft, turn.talk.options = "", {}, []


# ---------------------------------------------------------------- what is being answered

def _of_our_question(turn):
    """What the text is as an answer to our last question; None where there is none, or it is something else."""
    asking = turn.talk.asking
    if not asking:
        return None
    if asking == "desk":
        return _to_the_desk(turn)
    plainly = turn.intent not in BARE and not turn.said.reference and wishes.closed(turn)
    if plainly:
        return plainly
    if turn.intent in GENERAL and not (asking == "name" and _may_be_a_name(turn.text)):
        return None
    if turn.intent in BARE and asked_since(turn.phone, turn.talk.asked_at):
        return None                     # something else was asked since, and that is what is being answered
    if turn.said.reference and not answers.is_about(asking, turn.talk.draft, turn.said.reference):
        return None                     # it names something else
    if asking == "who_joins":
        return strangers.who_joins(turn)
    return wishes.answer(turn) if asking in wishes.STEPS else answers.answer(turn)


def _may_be_a_name(text):
    """One word that is none of those we invite to: "Linda" is not a link."""
    return len(text.split()) == 1 and text.strip(" .!?").casefold() not in INVITED


def _to_the_desk(turn):
    """A coordinator has written: what is not clearly something else goes on to her."""
    if turn.intent in GENERAL or turn.intent in ("ask", "cancel") or answers.to_answer(_whoever(turn), turn):
        return None
    conversing.hand_over(turn.inbound, at=turn.at)
    return turn.silent()


def _whoever(turn):
    return [turn.person] if turn.person else turn.people


# ---------------------------------------------------------------- by intent

def _by_intent(turn):
    if not turn.people:
        return strangers.answer(turn)
    if turn.person is None:             # nobody's in particular: help, thanks, an answer to nothing
        return _help(turn) if turn.intent == "help" else turn.silent() if turn.intent == "thanks" else lost.not_understood(turn)
    act = {"ask": wishes.begin, "menu": wishes.menu, "greeting": _greet, "help": _help, "human": _call, "link": _link,
           "status": standing_things.status, "cancel": standing_things.cancel, "yes": answers.yes, "no": answers.no,
           "counter": answers.counter, "rating_or_choice": answers.rate, "thanks": answers.thank,
           "join": _help}.get(turn.intent, answers.interested)
    return act(turn) or lost.not_understood(turn)


def _call(turn):
    """A person calls; who wants no more texts is told how, for only that word alone stops them."""
    return turn.reply("noted", {"what": "how_to_stop"}) if LEAVE_ALONE.search(turn.text) else lost.call(turn)


def _greet(turn):
    """A greeting is answered once an hour: two machines that greet each other fall silent. What is being asked goes on."""
    if not conversing.may_try(f"greet:{turn.phone.id}", 1, at=turn.at):
        return turn.silent()
    return wishes.go_on(turn, turn.draft) if turn.talk.asking in wishes.STEPS else wishes.menu(turn)


def _help(turn):
    if not conversing.may_try(f"helped:{turn.phone.id}", 3, at=turn.at):
        return turn.silent()
    return turn.reply("help", {"about": "known"}, keep=True)


def _link(turn):
    link = link_to("employee", at=turn.at, employee=turn.person)
    return turn.reply("page_link", about={"link": link}, keep=True)
