"""Asking by text: what is missing is asked one thing at a time, what is complete is read back, and SI sends it."""

import re

from actions import asking, conversing, placing, planning
from actions.allowances import NotEnough
from actions.moves import NotAllowed
from actions.trusting import TooMany
from models import Service
from questions.people import project_of_company
from questions.territory import services_of
from texting.dialogue import lost
from texting.dialogue.by_appointment import by_appointment
from texting.dialogue.by_opening import by_opening
from texting.dialogue.by_opening import send as send_booking
from texting.dialogue.closed_answers import ages, how_many, independence
from texting.dialogue.drafts import age_band, fill, service_of, starts_at, wish_of
from texting.dialogue.offices import by_office
from texting.dialogue.offices import send as send_to_office
from texting.dialogue.questions_asked import ask, service_labels
from texting.dialogue.turn import Turn

NEEDS = ("figli", "anziani", "tempo", "ascolto")
MOST_SERVICES = 6
MOST_CHILDREN, MOST_UNITS, MOST_TIMES = 10, 60, 52
WAYS = {"appuntamento": by_appointment, "turno": by_opening, "orientamento": by_office}
SENDS = {"turno": send_booking, "orientamento": send_to_office}
CALLED_LIKE_DAYS = {"domenica", "sabato", "natale", "pasqua", "april", "may", "june"}
SHRUGS = {"boh", "mah", "bo", "perché", "perche", "non so", "cosa", "come", "che nome", "nome", "quale", "niente", "nessuno",
          "why", "what", "which", "none", "nothing"}
WEEKS_OF_A_MONTH = 4
AT_WORK = re.compile(r"\b(?:azienda|ditta|lavoro|ufficio|work|office|company)\b", re.I)
NAME_IS = re.compile(r"^\s*(?:ciao|salve|hello|hi)?\W*(?:mi chiamo|io sono|sono|il mio nome è|nome|my name is|i am|i'm|it's|call me|chiamami|chiamatemi)?\s*", re.I)


def begin(turn: Turn):
    """Somebody asks for something: what was said goes into a new draft, or into the one that is being filled."""
    return go_on(turn, fill({"key": f"sms:{turn.inbound.id}"}, turn.said, turn.today))


def menu(turn: Turn):
    """What one can ask for, by need."""
    return _ask_need(turn, {"key": f"sms:{turn.inbound.id}"})


def go_on(turn: Turn, draft: dict):
    """The next question, or what was understood read back."""
    if not turn.person.approved_at:
        return turn.reply("too_late", {"why": "not_approved"})
    service = service_of(draft)
    return WAYS[service.mode](turn, draft, service) if service else _ask_service(turn, draft)


def _ask_service(turn, draft):
    if turn.said.what.unmet and not draft.get("likely"):
        return _unmet(turn)
    likely = draft.get("likely") or []
    services = [one for code in likely for one in Service.select().where(Service.code == code)]
    return _menu_of(turn, draft, services) if services else _ask_need(turn, draft)


def _unmet(turn):
    """Nobody offers it: it is kept as a need, and a person answers."""
    asking.missing(turn.person, turn.inbound, at=turn.at)
    conversing.hand_over(turn.inbound, at=turn.at)
    return turn.reply("not_covered", {"why": "unmet"})


def _menu_of(turn, draft, services):
    some = services[:MOST_SERVICES]
    return ask(turn, draft, "service", [one.code for one in some], service_labels(some))


def _ask_need(turn, draft):
    project = project_of_company(turn.person.company, turn.at)
    needs = [need for need in NEEDS if services_of(need, project).exists()]
    return ask(turn, draft, "need", needs, [{"code": need} for need in needs])


# ---------------------------------------------------------------- answers to what was asked

def answer(turn: Turn):
    """The text as an answer to our question; None where it is plainly something else."""
    step, draft = turn.talk.asking, turn.draft
    if turn.intent == "cancel":
        return turn.reply("noted", {"what": "dropped"})
    if turn.intent == "join":
        return None
    taken = TAKES[step](turn, draft)
    if isinstance(taken, dict):
        return go_on(turn, taken)
    return taken or _more_was_said(turn, draft) or _again(turn)


def closed(turn: Turn):
    """The text as the answer to a closed question, whatever else it sounds like; None where it names another service."""
    if turn.talk.asking not in CLOSED or turn.said.service:
        return None
    taken = TAKES[turn.talk.asking](turn, turn.draft)
    return go_on(turn, taken) if isinstance(taken, dict) else None


def _more_was_said(turn, draft):
    """Not what was asked, but something that goes into the draft all the same: another day, the comune, another service."""
    if turn.intent in ("ask", "counter", "unknown", "yes", "no"):
        filled = fill(draft, turn.rather() or turn.said, turn.today)
        if filled != draft:
            return go_on(turn, filled)
    if turn.intent == "no":
        return turn.reply("question", {"about": "changing"}, asking="changing", draft=draft)
    return turn.silent() if turn.intent == "thanks" else None


def _again(turn):
    """Once the question is put again; then a person reads."""
    if turn.talk.missed:
        return lost.not_understood(turn)
    return _with_a_miss(go_on(turn, turn.draft))


def _with_a_miss(outcome):
    says = [answer._replace(says={**answer.says, "again": True}) for answer in outcome.answers]
    return outcome._replace(answers=tuple(says), talk={**outcome.talk, "missed": 1})


def _take_option(name):
    def take(turn, draft):
        option = turn.chosen()
        return {**draft, name: option} if option is not None else None
    return take


def _take_need(turn, draft):
    need = turn.chosen()
    if need is None:
        return None
    project = project_of_company(turn.person.company, turn.at)
    services = list(services_of(need, project))
    return _menu_of(turn, draft, services) if len(services) > 1 else {**draft, "service": services[0].code}


def _take_day(turn, draft):
    chosen = turn.chosen() if turn.talk.options else None
    if chosen:
        return {**{key: value for key, value in draft.items() if key not in ("days", "passed")}, "on": chosen}
    if turn.intent == "rating_or_choice" and not turn.talk.options:
        turn.read_again(f"il {turn.said.number}")
    return None


def _take_hour(turn, draft):
    if turn.intent == "rating_or_choice":
        turn.read_again(f"alle {turn.said.number}")
    return None


def _take_length(turn, draft):
    number = turn.said.number if turn.intent == "rating_or_choice" else None
    return {**draft, "minutes": number * 60} if number else None


def _take_weeks(turn, draft):
    weekly = dict(draft["weekly"])
    if turn.intent == "rating_or_choice" and 2 <= (turn.said.number or 0) <= MOST_TIMES:
        return {**draft, "weekly": {**weekly, "times": turn.said.number}}
    times = re.search(r"\b(\d{1,2}) (?:volte|settimane|times|weeks)\b", turn.text.casefold())
    if times and 2 <= int(times[1]) <= MOST_TIMES:
        return {**draft, "weekly": {**weekly, "times": int(times[1])}}
    months = re.search(r"\b(\d|un|uno|due|tre|one|two|three|a) (?:mese|mesi|months?)\b", turn.text.casefold())
    if months:
        weeks = WEEKS_OF_A_MONTH * (how_many(months[1]) or 1)
        return {**draft, "weekly": {**weekly, "times": weeks * max(1, len(weekly["weekdays"]))}}
    last = turn.said.when.until or turn.said.when.on
    return {**draft, "weekly": {**weekly, "until": last.isoformat()}} if last else None


def _take_number(turn, draft):
    service = service_of(draft)
    number = turn.said.number if turn.intent == "rating_or_choice" else turn.said.quantity or how_many(turn.text)
    least, most = (1, MOST_CHILDREN) if service.hourly else (max(1, service.minimum), MOST_UNITS)
    return {**draft, "number": number} if number and least <= number <= most else None


def _take_age(turn, draft):
    months = re.search(r"\b\d{1,2}\s*(?:mes[ei]|months?)\b", turn.text.casefold())
    years = ages(turn.text) or ([turn.said.number] if turn.said.number is not None else [])
    band = "0-2" if months else age_band(min(years)) if years else None
    return {**draft, "age": band} if band else None


def _take_independence(turn, draft):
    option = turn.chosen() or independence(turn.text)
    return {**draft, "independence": option} if option else None


def _take_collection(turn, draft):
    firm = placing.FIRM if placing.FIRM in turn.talk.options and AT_WORK.search(turn.text) else None
    point = turn.chosen() or firm
    return {**draft, "collection": point} if point else None


def _take_name(turn, draft):
    words = NAME_IS.sub("", turn.text).strip(" .,!\n")
    if _is_an_answer(turn, words) or not 0 < len(words) <= 40 or len(words.split()) > 3 or not re.fullmatch(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*", words):
        return None
    named = {**draft, "name": words if words != words.lower() else words.title()}
    return send(turn, named) if draft.get("consented") else named


def _is_an_answer(turn, words):
    """A yes, a no, another day, a shrug: nobody is called that. Domenica and Natale are."""
    said = words.casefold()
    if said in CALLED_LIKE_DAYS:
        return False
    return (turn.intent in ("yes", "no", "counter", "ask") or turn.said.when.says_a_time or said in SHRUGS
            or not {"no", "non", "not"}.isdisjoint(said.split()))


def _take_read_back(turn, draft):
    if turn.intent == "yes" and not turn.said.when.says_a_time:
        return send(turn, draft)
    return None


def _take_changing(turn, draft):
    if turn.intent == "no" and not turn.rather() and not turn.said.places:
        return turn.reply("noted", {"what": "dropped"})
    return draft if turn.intent == "yes" else None


def _take_waiting(turn, draft):
    """A place on the waiting list, instead of one that is not free."""
    if turn.intent == "yes":
        return send(turn, draft, may_wait=True)
    return turn.reply("noted", {"what": "dropped"}) if turn.intent == "no" else None


def _take_call(turn, draft):
    if turn.intent == "yes":
        return lost.call(turn)
    return turn.reply("noted", {"what": "dropped"}) if turn.intent == "no" else None


TAKES = {"service": _take_option("service"), "need": _take_need, "place": _take_option("place"), "day": _take_day,
         "hour": _take_hour, "length": _take_length, "weeks": _take_weeks, "number": _take_number, "age": _take_age,
         "independence": _take_independence, "name": _take_name, "opening": _take_option("opening"),
         "collection": _take_collection, "read_back": _take_read_back, "changing": _take_changing,
         "waiting": _take_waiting, "call": _take_call}
STEPS = frozenset(TAKES)
CLOSED = frozenset(("length", "weeks", "number", "age", "independence", "collection"))     # what answers these is nothing else


# ---------------------------------------------------------------- sending

def send(turn: Turn, draft: dict, **how):
    """SI: what was read back is sent, once. What has changed since is read back again, what cannot be is said."""
    service = service_of(draft)
    try:
        return SENDS.get(service.mode, _send_request)(turn, draft, service, **how)
    except asking.PriceChanged:
        return go_on(turn, {**draft, "changed": True})
    except asking.NotApproved:
        return turn.reply("too_late", {"why": "not_approved"})
    except asking.NotCovered:
        return go_on(turn, draft)
    except (NotAllowed, NotEnough, planning.NoDays, placing.TooMuch, placing.AlreadyThere, TooMany):
        return turn.reply("too_late", {"why": "not_possible"})


def _send_request(turn, draft, service):
    if draft.get("shown") is None or asking.too_soon(starts_at(draft), turn.at):
        return go_on(turn, draft)       # what was read back hours ago may be over by now
    asking.ask(wish_of(draft, service), turn.person, ask_key=draft["key"], shown_cents=draft["shown"], at=turn.at,
               channel="sms")
    return turn.silent(keep=False)      # the verb tells by when an answer comes, or that a person calls
