"""What a text is answered: each kind with each of its sentences, with usual and with the longest names."""

from itertools import count

from cast import new_phone

from actions import conversing
from actions.conversing import Answer, Outcome
from actions.trusting import link_to
from models import DeskItem, Message, Phone

sids = count(1)


def _last(kind):
    return Message.select().where(Message.kind == kind).order_by(Message.id.desc()).get()


def _answered(scene, kind, says=None, to=None, **about):
    """The answer as the dialogue queues it, to Gianni unless somebody else is meant."""
    to = to or scene.cast.gianni
    phone = to if isinstance(to, Phone) else to.phone
    inbound = conversing.receive(f"SMsaid{next(sids)}", phone.number, "ciao", at=scene.at)
    conversing.acting(inbound, lambda _: Outcome("ask", (Answer(kind, to, says or {}, about),)), at=scene.at)
    return _last(kind)


def _times(scene):
    visit = {"starts_at": scene.other.starts_at.isoformat(), "ends_at": scene.other.ends_at.isoformat()}
    return {**visit, "last_on": scene.on.replace(month=12, day=28).isoformat()}


def _stranger(scene):
    phone = new_phone(f"9{next(sids):03}", scene.cast.gianni.language)
    Phone.update(first_texted_at=scene.at).where(Phone.id == phone.id).execute()
    return Phone.get_by_id(phone.id)


def read_back(scene):
    says = {"service": "accompagnamento", "place": scene.cast.romano.name, "visits": 1, "price": 12345, "worker": 6789,
            "units": 1, "unit": "ora", **_times(scene)}
    for variant, more in (("", {}), ("short notice, changed", {"short": True, "changed": True}), ("free", {"price": 0}),
                          ("every week", {"visits": 52}), ("an opening", {"several_days": True, "units": 3})):
        yield variant, _answered(scene, "read_back", {**says, **more})


MENUS = {
    "who": [{"text": "limone"}, {"text": "airone"}, {"text": "zainetto"}], "who_joins": [{"text": "airone"}, {"code": "another"}],
    "need": [{"code": code} for code in ("figli", "anziani", "tempo", "ascolto")],
    "service": [{"text": "We.Kids"}, {"text": "We.Play"}, {"text": "baby-sitting", "price": 2200, "notice": 48, "unit": "ora"},
                {"text": "baby-sitting", "price": 2500, "notice": 12, "unit": "ora"}, {"text": "doposcuola"}],
    "place": [{"place": name} for name in ("Fara Gera d'Adda", "Fara Olivana con Sola", "Ponte San Pietro", "Romano di Lombardia")],
    "day": [{"text": f"lun {day}/12"} for day in range(21, 28)],
    "independence": [{"code": code} for code in ("alone", "helped", "dependent")],
    "opening": [{"text": f"sab {day}/12", "place": "Fara Olivana con Sola", "full": True} for day in (12, 19, 26, 27)],
    "collection": [{"code": "azienda"}, {"text": "Bottega di via Roma"}],
    "which": [{"text": f"A7K2M{n} ven 18/12 15:30-18:30"} for n in range(2, 6)],
    "cancel_which": [{"text": f"A7K2M{n} ven 18/12 15:30-18:30"} for n in range(2, 7)],
    "cancel_visits": [{"code": "one", "when": "ven 18/12 15:30-18:30"}, {"code": "all", "count": 52}],
}
MORE = {"day": ({"passed": True}, {"far": True}, {"off": True}), "length": ({"short": True, "least": 2}, {"long": True, "least": 2}, {"least": 2}),
        "number": ({"unit": "pasto"}, {"unit": "cesto"}, {"unit": "ora"}, {"unit": "giornata", "most": 12}),
        "age": ({}, {"many": True}), "hour": ({"hourly": True}, {}), "another_time": ({"hour": True, "day": "ven 18/12"}, {}), "cancel_visits": ({"late": True}, {})}
OPEN = ("place", "day", "hour", "length", "weeks", "number", "age", "offer_age", "name", "waiting", "changing", "another_time", "units")


def question(scene):
    base = {"service": "accompagnamento", "reference": scene.reference, "day": "ven 18/12", "least": 2}
    for about, options in MENUS.items():
        for more in MORE.get(about, ({},)):
            yield _named(about, more, "menu"), _answered(scene, "question", {
                **base, "about": about, "options": options, "again": True, **more})
    for about in OPEN:
        for more in MORE.get(about, ({},)):
            yield _named(about, more), _answered(scene, "question", {**base, "about": about, **more})


def _named(about, more, *words):
    return " ".join((about, *words, *(name if value is True else f"{name} {value}" for name, value in more.items())))


def answers(scene):
    reference, times = scene.reference, {"reference": scene.reference, "when": "ven 18/12 15:30-18:30", **_times(scene)}
    both = {"service": "accompagnamento", "place": scene.cast.romano.name}
    for kind, key, values, more in (
            ("not_covered", "why", ("place", "no_openings", "too_soon", "unmet"), both),
            ("check", "what", ("late", "price"), {**times, "worker": 12345}),
            ("noted", "what", ("dropped", "comes", "declined", "stays", "given_up", "countered", "moving", "cancelled", "how_to_stop", "rated",
                               "rated_low", "thanked", "interested"), times),
            ("too_late", "why", ("unknown", "nothing", "not_approved", "already", "not_possible"), {"reference": reference})):
        for value in values:
            yield value, _answered(scene, kind, {key: value, **more})
    for truth in ({"outcome": "cancelled_by_cooperative"}, {"outcome": "lapsed"}, {"state": "confirmed"}, {"state": "offered"}):
        yield next(iter(truth.values())), _answered(scene, "too_late", {"why": "changed", "reference": reference, **truth})


def plain_answers(scene):
    for kind in ("menu", "not_understood", "read_by_a_person", "call_promised", "emergency"):
        yield "", _answered(scene, kind)
        yield "nobody's", _answered(scene, kind, to=_stranger(scene))
    link = link_to("employee", at=scene.at, employee=scene.cast.gianni)
    yield "", _answered(scene, "page_link", link=link)
    yield "known", _answered(scene, "help", {"about": "known"})
    yield "how to join", _answered(scene, "help", {"about": "join"}, to=_stranger(scene))
    for why in ("check", "unknown"):
        yield why, _answered(scene, "code_unknown", {"why": why, "code": "48292"}, to=_stranger(scene))
    for written in (True, False):
        yield "may write" if written else "only by phone", _answered(scene, "office", {
            "service": "servizio sociale", "number": "035 0000077", "may_write": written})


def joined(scene):
    yield "", _answered(scene, "joined")
    Phone.update(first_texted_at=None).execute()
    yield "first", _answered(scene, "joined")


def status(scene):
    line = {"reference": scene.reference, "when": "ven 18/12 15:30-18:30"}
    states = ("waits", "proposed", "countered", "confirmed", "listed", "offered", "group", "done")
    link = link_to("employee", at=scene.at, employee=scene.cast.gianni)
    yield "nothing", _answered(scene, "status", {"lines": [], "more": 0})
    for state in states:
        yield state, _answered(scene, "status", {"lines": [{**line, "state": state}], "more": 0})
    yield "many", _answered(scene, "status", {"lines": [{**line, "state": "proposed"}] * 3, "more": 12}, link=link)


def desk_answer(scene):
    phone = _stranger(scene)
    for variant, words in (("short", "Buongiorno, le spieghiamo tutto per telefono questa mattina"), ("long", "parola " * 34)):
        inbound = conversing.receive(f"SMsaid{next(sids)}", phone.number, "ciao", at=scene.at)
        conversing.hand_over(inbound, at=scene.at)
        item = DeskItem.select().where(DeskItem.phone == phone).order_by(DeskItem.id.desc()).get()
        conversing.reply_by_desk(item, words.strip(), scene.cast.paola, at=scene.at)
        yield variant, _last("desk_answer")
        DeskItem.update(done_at=scene.at).where(DeskItem.id == item.id).execute()


def operator_answer(scene):
    marta, link = scene.cast.marta, link_to("operator", at=scene.at, operator=scene.cast.marta)
    base = {"reference": scene.reference}
    for what in ("confirmed", "agreed", "declined", "stays", "waits", "busy", "page", "unknown", "day_closed", "nothing_to_mark",
                 "read", "help"):
        yield what, _answered(scene, "operator_answer", {**({} if what == "help" else base), "what": what, "goes": True}, to=marta, link=link)
    yield "who goes is open", _answered(scene, "operator_answer", {**base, "what": "confirmed", "goes": False}, to=marta, link=link)
    for state in ("cancelled", "agreed_by_you", "colleague", "begun", "declined_by_you", "elsewhere"):
        yield state, _answered(scene, "operator_answer", {**base, "what": "too_late", "state": state}, to=marta)


def alarm(scene):
    inbound = conversing.receive(f"SMsaid{next(sids)}", scene.cast.gianni.phone.number, "aiuto", at=scene.at)
    conversing.alarm(inbound, at=scene.at)
    yield "an emergency", Message.select().where(
        Message.kind == "told", Message.channel == "sms").order_by(Message.id.desc()).get()


STORIES = (read_back, question, answers, plain_answers, joined, status, desk_answer, operator_answer, alarm)

KINDS = {"read_back", "question", "not_covered", "check", "noted", "too_late", "menu", "not_understood", "read_by_a_person",
         "call_promised", "emergency", "page_link", "help", "code_unknown", "office", "joined", "status", "desk_answer",
         "operator_answer"}     # what is only ever said to who has just written
