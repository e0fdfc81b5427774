"""What is answered: a proposal, a place that is held, a reminder, how it went, an idea; which one, when there are several."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from actions import agreeing, asking, changing, conversing, ending, ideas, placing, rating, reminding
from actions.moves import NotAllowed
from actions.proposing import NoMoreRounds
from models import Appointment, Idea, Opening, Place, Proposal, ServiceRequest
from questions.talking import (
    delivered_lately,
    ideas_told,
    places_offered,
    proposals_to_answer,
    reminded,
    standing,
    visits_to_come,
    was_asked_how_it_went,
)
from rules import hours
from texting.dialogue import lost, standing_things
from texting.dialogue.drafts import age_band
from texting.dialogue.questions_asked import ask
from texting.dialogue.turn import Turn

MODELS = {"proposal": Proposal, "place": Place, "appointment": Appointment, "service_request": ServiceRequest}
EXACT_DAY = re.compile(r"\b(?:oggi|domani|dopodomani|quest[oa]|today|tomorrow|this)\b|\b\d{1,2}[/.]\d|\b(?:il|l'|the) ?\d|\b\d{1,2} [a-z]{3}", re.I)
INTERESTED = re.compile(r"\b(?:mi|ci) interessa|\bsono interessat[aoi]|\bi'?m interested|\binterested\b", re.I)


class Thing(NamedTuple):
    """Something that waits for an answer, and what it is about: a proposal, a place offered, a visit reminded of."""

    kind: str           # proposal, offer, reminder
    row: object
    request: ServiceRequest

    @property
    def kept(self) -> list:
        """As an option keeps it."""
        return [self.kind, self.row._meta.table_name, self.row.id]


def thing_of(kept: list) -> Thing | None:
    """What an option kept; None once its row is gone."""
    kind, table, number = kept
    row = MODELS[table].get_or_none(MODELS[table].id == number)
    return row and Thing(kind, row, row if table == "service_request" else row.request)


def to_answer(people, turn: Turn) -> list[Thing]:
    """Everything that waits for a yes or a no of these people, by the reference that was said if one was."""
    things = [*(Thing("proposal", row, row.request) for row in proposals_to_answer(people, turn.at)),
              *(Thing("offer", row, row.request) for row in places_offered(people, turn.at)),
              *(Thing("reminder", row, row.request) for row in reminded(people, turn.at))]
    reference = turn.said.reference
    return [thing for thing in things if not reference or thing.request.reference == reference]


# ---------------------------------------------------------------- yes and no

def yes(turn: Turn):
    """SI to the only thing that waits, or which; SI and a time is another time."""
    return _say(turn, "yes") or _interested(turn) or _nothing_waits(turn)


def no(turn: Turn):
    """NO: the same."""
    return _say(turn, "no") or _nothing_waits(turn)


def _say(turn, word):
    things = to_answer([turn.person], turn)
    if word == "yes" and INTERESTED.search(turn.text) and ideas_told([turn.person], turn.at).exists():
        return _interested(turn)
    if len(things) > 1 and not turn.said.reference and _all_are(things, "reminder"):
        things = things[:1]             # the one that comes first
    if len(things) == 1:
        return VERBS[word](turn, things[0])
    return _which(turn, word, things) if things else None


def _all_are(things, kind):
    return all(thing.kind == kind for thing in things)


def _which(turn, word, things):
    some = things[:4]
    return ask(turn, {"word": word, "said": turn.text}, "which", [thing.kept for thing in some],
               [{"text": _label(turn, thing)} for thing in some])


def _label(turn, thing):
    row = thing.row
    return f"{thing.request.reference} {turn.slot(row.starts_at, row.ends_at)}"


def _nothing_waits(turn):
    if turn.said.reference:
        return standing_things.unknown(turn) if not _theirs(turn) else standing_things.status(turn)
    if turn.intent == "yes" and not turn.said.when.says_a_time and standing([turn.person], turn.at).exists():
        # "ok" to what we only told: how it stands, once; then a nod needs no answer
        first = conversing.may_try(f"nod:{turn.phone.id}", 1, at=turn.at)
        return standing_things.status(turn) if first else turn.silent()
    return None


def _theirs(turn):
    return standing([turn.person], turn.at).where(ServiceRequest.reference == turn.said.reference).exists()


def _yes_to(turn, thing):
    try:
        if thing.kind == "proposal":
            agreeing.accept(thing.row, by=turn.by, at=turn.at)
            return turn.silent(keep=False)      # the verb confirms it
        if thing.kind == "offer":
            return _take_place(turn, {"place": thing.row.id})
        reminding.say_yes(thing.row, by=turn.by, at=turn.at)
    except NotAllowed as late:
        return standing_things.too_late(turn, late.row, thing.request)
    return turn.reply("noted", {"what": "comes", "reference": thing.request.reference,
                                "starts_at": thing.row.starts_at.isoformat()})


def _no_to(turn, thing):
    rather = turn.rather()
    if rather and not thing.request.opening_id and not _is_then(thing, rather.when):
        turn.said = rather
        return _counter_to(turn, thing)
    try:
        if thing.kind == "reminder":
            return standing_things.check_cancel(turn, thing.request)
        if thing.kind == "proposal":
            agreeing.decline(thing.row, by=turn.by, at=turn.at)
            what = "stays" if thing.row.appointment_id else "declined"
        else:
            ending.cancel(thing.request, by=turn.by, at=turn.at)
            what = "given_up"
    except NotAllowed as late:
        return standing_things.too_late(turn, late.row, thing.request)
    return turn.reply("noted", {"what": what, "reference": thing.request.reference})


def _is_then(thing, when):
    """Whether the time that was said is the very one of this: "no venerdì", of a Friday."""
    starts_at = hours.local(thing.row.starts_at)
    return when.on in (None, starts_at.date()) and when.start in (None, starts_at.time())


# ---------------------------------------------------------------- a place that is held

def _take_place(turn, draft):
    """Take an offered place; what it still has to know is asked first."""
    place = Place.get_by_id(draft["place"])
    request, opening = place.request, Opening.get_by_id(place.opening_id)
    if "eta" in request.service.questions and not (request.answers or {}).get("eta") and not draft.get("age"):
        return ask(turn, draft, "offer_age", many=place.units > 1)
    points = opening.collection
    if len(points) > 1 and not place.collection and not draft.get("collection"):
        labels = [{"code": placing.FIRM} if one == placing.FIRM else {"text": one} for one in points]
        return ask(turn, draft, "offer_collection", points, labels)
    answers = {**(request.answers or {}), "eta": draft["age"]} if draft.get("age") else None
    try:
        placing.take(place, by=turn.by, at=turn.at, shown_cents=place.worker_cents, answers=answers,
                     collection=draft.get("collection") or (points[0] if points and not place.collection else None))
    except asking.PriceChanged as changed:
        return turn.reply("check", {"what": "price", "reference": request.reference, "worker": changed.quote.shares.worker},
                          asking="offer_price", draft=draft)
    except (NotAllowed, placing.Full) as late:
        return standing_things.too_late(turn, getattr(late, "row", place), request)
    return turn.silent(keep=False)      # the verb confirms it


# ---------------------------------------------------------------- another time

def counter(turn: Turn):
    """Another time for what is proposed, or for what is planned; a time alone begins nothing."""
    turn.said = turn.rather() or turn.said
    things = [thing for thing in to_answer([turn.person], turn) if thing.kind == "proposal"] or _planned(turn)
    if not things:
        return None
    if len(things) > 1:
        return _which(turn, "counter", things)
    return _counter_to(turn, things[0])


def _planned(turn):
    requests = standing([turn.person], turn.at).where(ServiceRequest.state == "agreed", ServiceRequest.opening.is_null())
    visits = [visit for request in requests if not turn.said.reference or request.reference == turn.said.reference
              for visit in visits_to_come(request, turn.at)[:4]]
    return [Thing("move", visit, visit.request) for visit in visits[:4]]


def _counter_to(turn, thing):
    when = turn.said.when
    if not (when.start or when.on) or when.unclear:
        return ask(turn, {"thing": thing.kept}, "another_time", reference=thing.request.reference)
    if not when.start:
        return ask(turn, {"thing": thing.kept, "on": _of_its_week(turn, thing).isoformat()}, "another_time", hour=True,
                   reference=thing.request.reference, day=turn.day(_of_its_week(turn, thing)))
    on = _of_its_week(turn, thing) or _day_so_far(turn) or hours.local(thing.row.starts_at).date()
    try:
        wanted = hours.moment(on, when.start)
    except hours.NoSuchHour:
        return ask(turn, {"thing": thing.kept}, "another_time", reference=thing.request.reference)
    return _ask_for(turn, thing, wanted)


def _of_its_week(turn, thing):
    """The day that was said; "meglio venerdì", of what is next week's, is that week's."""
    on, then = turn.said.when.on, hours.local(thing.row.starts_at).date()
    if not on or EXACT_DAY.search(turn.text) or on >= then - timedelta(days=then.weekday()):
        return on
    return then + timedelta(days=on.weekday() - then.weekday())


def _day_so_far(turn):
    kept = turn.draft.get("on") if turn.talk.asking == "another_time" else None
    return kept and datetime.fromisoformat(kept).date()


def _ask_for(turn, thing, wanted: datetime):
    reference = thing.request.reference
    try:
        if thing.kind == "proposal":
            agreeing.counter(thing.row, wanted, by=turn.by, at=turn.at)
        else:
            changing.ask_change(thing.row, wanted, by=turn.by, at=turn.at)
    except NoMoreRounds:
        if thing.kind == "proposal":
            agreeing.ask_to_talk(thing.row, by=turn.by, at=turn.at)
            return turn.reply("call_promised")
        return lost.call(turn)
    except NotAllowed as late:
        return standing_things.too_late(turn, late.row, thing.request)
    return turn.reply("noted", {"what": "countered" if thing.kind == "proposal" else "moving", "reference": reference,
                                "starts_at": wanted.isoformat()})


VERBS = {"yes": _yes_to, "no": _no_to, "counter": _counter_to}


# ---------------------------------------------------------------- answers to "which", to what is missing

def answer(turn: Turn):
    """The text as an answer to what we asked about something that waits; None where it is something else."""
    if not _is_still_there(turn.talk.draft):
        return None
    act = {"which": _chosen, "another_time": _time_said, "offer_age": _age_said, "offer_collection": _collection_said,
           "offer_price": _price_said, "cancel": standing_things.cancel_answered,
           "cancel_which": standing_things.cancel_chosen, "cancel_visits": standing_things.visits_chosen,
           "units": _units_said}.get(turn.talk.asking)
    return act(turn) if act else None


def is_about(asking: str, draft: dict, reference: str) -> bool:
    """Whether a question was about the request of this reference, or about several of which one is named."""
    if asking in ("which", "cancel_which"):
        return True
    row = next((row for name, model in (("request", ServiceRequest), ("place", Place)) if draft.get(name)
                for row in model.select().where(model.id == draft[name])), None)
    thing = thing_of(draft["thing"]) if draft.get("thing") else None
    request = thing.request if thing else row.request if isinstance(row, Place) else row
    return request is not None and request.reference == reference


def _is_still_there(draft):
    """Whether what is being asked about has not been forgotten meanwhile."""
    kept = [["", table, draft[name]] for name, table in (("place", "place"), ("request", "service_request")) if draft.get(name)]
    return all(map(thing_of, [*kept, *([draft["thing"]] if draft.get("thing") else [])]))


def _chosen(turn):
    things = [thing_of(kept) for kept in turn.talk.options]
    kept = turn.chosen()
    thing = thing_of(kept) if kept else _named(turn, [one for one in things if one])
    if not thing:
        return None
    word, said = turn.talk.draft["word"], turn.talk.draft.get("said", "")
    turn.read_again(said)
    return VERBS[word](turn, thing)


def _named(turn, things):
    """The one that was named by its day instead of its number, where only one is on such a day."""
    on = turn.said.when.on if turn.intent == "counter" and not turn.said.when.start else None
    days = [(thing, hours.local(thing.row.starts_at).date()) for thing in things]
    that_day = [thing for thing, day in days if day == on] or [
        thing for thing, day in days if on and not re.search(r"\d", turn.text) and day.isoweekday() == on.isoweekday()]
    return that_day[0] if len(that_day) == 1 else None


def _time_said(turn):
    thing = thing_of(turn.talk.draft["thing"])
    if turn.intent == "rating_or_choice" and (turn.said.number or 0) <= 24:
        turn.read_again(f"alle {turn.said.number}")
    if turn.intent == "no" and not turn.said.when.says_a_time:
        return turn.reply("noted", {"what": "stays", "reference": thing.request.reference})
    if turn.intent == "yes" and not turn.said.when.says_a_time:
        return _counter_to(turn, thing)     # "va bene" to "che giorno?" is no yes to what was refused
    return _counter_to(turn, thing) if turn.said.when.start or turn.said.when.on else None


def _age_said(turn):
    years = [int(one) for one in re.findall(r"\b\d{1,2}\b", turn.text)]
    band = age_band(min(years)) if years else None
    return _take_place(turn, {**turn.draft, "age": band}) if band else None


def _collection_said(turn):
    point = turn.chosen()
    return _take_place(turn, {**turn.draft, "collection": point}) if point else None


def _price_said(turn):
    return _take_place(turn, turn.draft) if turn.intent == "yes" else None


# ---------------------------------------------------------------- afterwards

def rate(turn: Turn):
    """1 to 5 for what was delivered last and asked about; said of nothing, it is not understood."""
    score = turn.said.number
    visit = next((one for one in delivered_lately([turn.person], turn.at) if rating.may_rate(one, turn.at)
                  and was_asked_how_it_went(one)), None)
    if visit is None or score not in rating.SCORES:
        return None
    try:
        rating.rate(visit, score, by=turn.by, at=turn.at)
    except NotAllowed:
        return None
    return turn.reply("noted", {"what": "rated" if score > rating.LOW else "rated_low", "reference": visit.request.reference})


def thank(turn: Turn):
    """Thanks reach whoever went, once, within the week; else nobody needs an answer to them."""
    visit = next((one for one in delivered_lately([turn.person], turn.at) if rating.may_thank(one)), None)
    if visit is None:
        return turn.silent()
    rating.thank(visit, by=turn.by, at=turn.at)
    return turn.reply("noted", {"what": "thanked"})


def _interested(turn):
    """"Mi interessa", of the newest idea: for how many is asked."""
    idea = ideas_told([turn.person], turn.at).first()
    if idea is None or not (INTERESTED.search(turn.text) or turn.intent == "yes"):
        return None
    return ask(turn, {"idea": idea.id}, "units", unit=idea.service.unit, day=turn.day(hours.local(idea.starts_at).date()))


def interested(turn: Turn):
    """The same, for a text that says nothing else."""
    return _interested(turn) if INTERESTED.search(turn.text) else None


def _units_said(turn):
    idea = ideas_told([turn.person], turn.at).where(Idea.id == turn.talk.draft["idea"]).first()
    number = turn.said.number if turn.intent == "rating_or_choice" else turn.said.quantity
    if idea is None or not number or number > idea.places:
        return None
    try:
        ideas.be_interested(idea, turn.person, number, at=turn.at)
    except NotAllowed:
        return turn.reply("too_late", {"why": "not_possible"})
    return turn.reply("noted", {"what": "interested"})
