"""What a text is for: an answer, a question, a call for help, or an ask for a service."""

import re
from functools import lru_cache

from texting import refusals
from texting.lexicon import NUMBERS
from texting.phrases import kept
from texting.said import WHOLES, Said, code_within
from texting.tokens import fold

CARRIERS_WORDS = frozenset("stop stopall unsubscribe optout quit revoke".split())


def of_sentence(said: Said, what, time, where) -> str:
    """What a text that is no bare answer is for."""
    names = said.names
    if _is_an_emergency(said, names, what):
        return "emergency"
    short = _short(said)
    if short:
        return short
    return _asked_of_us(said, names, what, time) or _about_time_or_service(said, names, what, time, where)


def _is_an_emergency(said, names, what):
    if "not an emergency" in names and ("emergency" not in names or what.certain):
        return False
    if "emergency" in names:
        return True
    if "emergency perhaps" not in names or what.certain and not what.kinds <= {"urgent"}:
        return False
    return not names & {"cancel", "move"} and not (what.kinds & {"childcare"} and what.service)


# In which order: what is of two kinds is of the first.
ANSWERS = ("yes", "no", "thanks", "greeting", "help", "menu", "cancel", "human")
ANSWERS_WITHIN = ("yes", "no", "help", "menu", "thanks", "greeting", "cancel", "human")


def _short(said):
    """A yes, a no, thanks, a greeting: the whole text, but for courtesies."""
    if len(said.bare) == 1 and said.bare[0] in (WHOLES["stop"] | WHOLES["start"]) - {"cancel", "cancellami"}:
        return "thanks" if said.bare[0] == "basta" else "unknown"
    if said.bare[:1] and said.bare[0] in CARRIERS_WORDS and "human" not in said.names:
        return "unknown"        # "stop by at 5", "stop alla richiesta": for a person to read
    bare = " ".join(said.bare)
    ways = [section for section in ANSWERS if said.is_whole(section)]
    ways += [section for section in ANSWERS_WITHIN if bare and bare in WHOLES[section]]
    ways += [section for section in ("yes", "no") if _is_made_of(said.bare, section)]
    if ways or bare:
        return ways[0] if ways else None
    return "status" if said.reference else "thanks" if "thanks" in said.names else "greeting"


def _is_made_of(words, section):
    """Whether these words are answers of one kind in a row, with a goodbye or not: "si si perfetto, a domani"."""
    place, found = 0, False
    while place < len(words):
        length = next((length for length in range(min(6, len(words) - place), 0, -1)
                       if " ".join(words[place:place + length]) in WHOLES[section] | WHOLES["thanks"]), 0)
        if not length:
            return False
        found = found or " ".join(words[place:place + length]) in WHOLES[section]
        place += length
    return found


def _asked_of_us(said, names, what, time):
    """Cancelling, moving, the link, a person, how it stands."""
    if "went wrong" in names and not _begins_to_ask(said):
        return "human"
    if "link" in names and not what.certain:
        return "link"
    if "cancel" in names and ("move" not in names or WAS_MOVED.search(" ".join(said.words))):
        return "cancel"
    if "move" in names and not (what.certain and said.asks and not _speaks_of_an_appointment(said)):
        return "counter"
    asks_when = "status" in names and said.bare[:1] in (["quando"], ["chi"], ["when"], ["who"])
    if "human" in names and not what.service and not asks_when:
        return "human" if not what.certain else None
    if "status" in names and not (what.certain and _begins_to_ask(said)):
        return "status"
    with_code = {"codice", "code", "lynx"} & set(said.words) and code_within(said)
    if ("join" in names or with_code) and not what.certain:
        return "join"
    return None


# a shift was, which is why it is cancelled
WAS_MOVED = re.compile(r"\b(?:spostat|cambiat|anticipat|posticipat|rinviat|rimandat)[oaie]\b")


def _speaks_of_an_appointment(said):
    return bool({"appuntamento", "appointment", "orario", "visita", "richiesta", "prenotazione"} & set(said.words))


SEEKS = re.compile(r"\bbisogno anche\b|\b(?:serve|servirebbe|servono|bisogno di|cerco|cerchiamo|occorre|need) (?:a )?"
                   r"(?:qualcun[oa]|someone|somebody|una persona|un aiuto|una mano|aiuto)\b|\b(?:gradirei|vorrei|"
                   r"volevo|desidero)(?: \w+)? prenotare\b|"
                   r"\b(?:potrei|posso|possiamo|potremmo) avere\b|\bfate (?:anche|pure) .*\bserve\b")
BEGINS_TO_ASK = re.compile(r"non so (?:come|a chi|chi|dove)|\bdo you have|\bis there any|\bavete (?:qualcun|post|disponib)|"
                           r"\b(?:serve|servirebbe|bisogno|cerco|cerchiamo|vorrei|need|avrei|post[oi] per|prenot\w+|book|"
                           r"occorre|qualcun[oa]|someone|somebody)\b")


def _begins_to_ask(said):
    return bool(BEGINS_TO_ASK.search(" ".join(said.words)))


def _about_what_was_done(said, names, what, time):
    """A service is named, and not asked for: agreed to, or praised."""
    if said.asks:
        return None
    if what.certain and _agrees(said):
        return "yes"
    if "praise" in names and "?" not in said.text and ("thanks" in names or not what.certain):
        return "thanks"
    praised = _praises(said, names) if what.certain else {"praise", "thanks"} <= names
    return "thanks" if praised and not time.says_a_time else None


def _about_time_or_service(said, names, what, time, where):
    done = _about_what_was_done(said, names, what, time)
    if done:
        return done
    if what.service or what.certain:
        return "counter" if _is_a_counter(names, what, time) else "ask"
    return _about_time(said, names, what, time, where) or _about_little(said, names, what, time, where)


def _about_time(said, names, what, time, where):
    if time.refused and time.says_a_time:
        return "counter"
    if time.refused and not what.says_something:
        return "no"
    if time.says_a_time and not what.says_something and not where.found:
        return _answered_with_a_time(said, names, time)
    return None


def _about_little(said, names, what, time, where):
    if _begins_with(said, "no") and not what.says_something:
        return "no"
    if _begins_with(said, "yes") and CONDITION.search(" ".join(said.words)) and not what.says_something:
        return "unknown"
    if CONFIRMS.search(" ".join(said.words)) and "?" not in said.text and not what.says_something:
        return "yes"
    seeks = said.asks and time.says_a_day and BEGINS_TO_ASK.search(" ".join(said.words))
    for section in ("menu", "help"):
        if section in names and not what.says_something and not seeks:
            return section
    if said.asks or what.says_something or where.names():
        return "ask"
    if _clause_that_answers(said) == "no":
        return "no"
    return "thanks" if "thanks" in names else "counter" if time.says_a_time else _leaning(said)


CONFIRMS = re.compile(r"\bconferm(?:o|iamo)\b")
CONDITION = re.compile(r"\b(?:basta che|purche|a patto che|sempre che|as long as|provided)\b")
AGREES = re.compile(r"(?:(?:si|ok|certo|perfetto|va bene|yes) )?"
                    r"(?:conferm(?:o|iamo|ato|ata)|(?:si|ok|va bene|yes) (?:per|for|quella|quello))\b")
PRAISES = re.compile(r"(?:grazie|thanks|thank you)(?: \w+)? (?:per|alla|al|a|for|to)\b")


def _agrees(said):
    """"sì per la baby sitter di venerdì", "confermo la badante"."""
    return bool(AGREES.match(" ".join(said.bare)))


def _praises(said, names):
    """"la babysitter è stata bravissima grazie"."""
    return "praise" in names or bool(PRAISES.match(" ".join(said.words)))


def _is_a_counter(names, what, time):
    return time.refused and time.says_a_time and not what.service


def _answered_with_a_time(said, names, time):
    """Only a time was said: another time for what is proposed, unless it says yes, or asks for help, or who knows what."""
    if _begins_with(said, "yes") and "rather" not in names and "?" not in said.text:
        return "yes"
    if SEEKS.search(" ".join(said.words)) and not names & {"move"}:
        return "ask"
    rest = [word for place, word in enumerate(said.words) if place not in time.taken]
    if _is_made_of(rest, "yes") and not time.refused and "?" not in said.text:
        return "yes"
    if "ask" in names and not names & {"rather", "move"} and _begins_to_ask(said):
        return "ask"
    return "counter" if names & {"rather", "move"} or small_words().issuperset(rest) else "unknown"


@lru_cache
def small_words() -> frozenset:
    """Words that add nothing to a time: "per favore", "io", "la", "for"."""
    lines = (line for section in ("italian", "english") for line in kept("common")[section])
    return frozenset(word.rstrip("_") for line in lines for word in line.split()) | frozenset(
        word for phrase in kept("intents")["courtesy"] for word in phrase.split())


def _begins_with(said, section):
    words = said.bare
    return any(" ".join(words[:length]) in WHOLES[section] for length in range(1, 6))


def _leaning(said):
    """Something more was said behind a yes or a no."""
    if len(said.bare) <= 8 and re.search(rf"\b{refusals.CANNOT}(?! piu)", " ".join(said.words)):
        return "no"
    if len(said.bare) <= 6 and "?" not in said.text and not {"piu", "ma", "pero", "but", "se", "if"} & set(said.words):
        for section in ("yes", "no"):
            if _begins_with(said, section):
                return section
    return _clause_that_answers(said)


def _clause_that_answers(said):
    """"scusi il ritardo, sì confermo": the answer is a clause of its own."""
    clauses = {" ".join(re.findall(r"[^\W_]+", fold(clause))) for clause in re.split(r"[,.;:!\n]+", said.text)}
    answers = [section for section in ("yes", "no") if clauses & WHOLES[section]]
    return answers[0] if len(answers) == 1 and "?" not in said.text else "unknown"


# ---------------------------------------------------------------- what goes with an ask

def is_for_today(said: Said, time, now) -> bool:
    """Whether it is asked for today, in so many words: for a child that is urgent."""
    return time.on == now.date() and time.until is None and not time.weekly


QUANTITY = re.compile(r"\b(?P<number>\d{1,2}|due|tre|quattro|cinque|sei|two|three|four|five)"
                      r"(?: miei| mie| nostri| nostre| piccoli| altri| altre| di| of| my){0,2} "
                      r"(?:cest\w+|bimb[oiae]|bambin[oiae]|figli\w?|gemell[ie]|ragazz[ie]|fratell\w+|sorell\w+|"
                      r"masch\w+|femmin\w+|nipot\w+|piccol[ie]|adulti|past[oi]|pranzi|post[oi]|giri|camicie|"
                      r"kids|children|child|kid|baskets?|shirts|meals?|boys|girls|brothers|sisters|people|"
                      r"genitori|nonni|anzian[ie]|"
                      r"borse|sacchi|borsoni|sacchetti|vassoi|porzioni|persone)\b|"
                      r"\b(?:sono|saremo|saremmo|saranno|sarebbero) in (?P<many>\d{1,2}|due|tre|quattro|cinque|sei)\b")
MEALS_FOR = re.compile(r"\b(?:cena|cene|pranzo|pranzi|past[oi]|meals?|lunch|dinner) (?:per|for) (\d{1,2}|due|tre|"
                       r"quattro|two|three)\b|"
                       r"\bne (?:ho|abbiamo|servono) (\d|due|tre|quattro)\b")
ONE = re.compile(r"\b(?:una|un|one|a) (?:sol[ao] |single )?(?:cest[ao]|posto|basket)\b|\b(?:un|una|uno) (?:sol[ao] )?"
                 r"(?:bimb|bambin|figli|past|cest|post|pranz)[oa]? sol[oa]\b|\b(?:una?|one) (?:sol[oa]|single) "
                 r"(?:bimb|bambin|figli|past|cest|post|pranz|meal|child|kid|basket)\w*")


def quantity(said: Said) -> int | None:
    """How many: baskets, children, meals."""
    text = " ".join(said.words)
    found = {_count(one["number"] or one["many"]) for one in QUANTITY.finditer(text) if "ann" not in one[0]}
    found = found or {_count(one[1] or one[2]) for one in MEALS_FOR.finditer(text)}
    if len(found) == 1:
        return found.pop()
    return 1 if not found and ONE.search(text) else None


def _count(word):
    return int(word) if word.isdigit() else NUMBERS[word]
