"""What a text is for, where its words alone say so: an answer, a time, a greeting, a call for help."""

import re
from functools import lru_cache

from texting.lexicon import NUMBERS
from texting.phrases import kept
from texting.said import WHOLES, Said, code_within
from texting.tokens import fold

CARRIERS_WORDS = frozenset("stop stopall unsubscribe optout quit revoke".split())
GOODBYE = re.compile(r"\ba (?:presto|dopo|domani|piu tardi)\b|\bbuon[ao]? (?:giornata|serata|lavoro|weekend|fine|domenica)\b|"
                     r"\barrivederci\b")

# In which order: what is of two kinds is of the first.
ANSWERS = ("yes", "no", "thanks", "greeting", "help", "menu", "cancel", "human")
ANSWERS_WITHIN = ("yes", "no", "help", "menu", "thanks", "greeting", "cancel", "human")

# With a time or a comune these are an answer: "no alle 16", "abito a Covo". Those that tell more are not.
BESIDE_A_TIME = frozenset("no si ok yes nono abito abitiamo stiamo sto vivo siamo zona live".split())
AGREEING = frozenset("va bene perfetto benissimo confermo andata fine good great works".split())
TELLING = frozenset("serve servirebbe bisogno cerco avrei vorrei voglio cercavo need want mamma papa nonna nonno figlio figlia bimbo "
                    "bimba bambini bambino qualcuno someone somebody stato annulla disdire disdetta quando when".split())


# ---------------------------------------------------------------- texts that mean one thing and nothing else

def of_plain(said: Said, what, time, where) -> str | None:
    """What a text is for that is, but for courtesies, one of those that mean one thing and nothing else: "sì", "grazie
    mille", "no alle 16", "a Covo"; None of any other."""
    if "emergency" in said.names:
        return None
    taken = time.taken | where.taken
    rest = {word for place, word in enumerate(said.words) if place not in taken}
    plain = taken and rest <= _small_words() | AGREEING and (rest <= BESIDE_A_TIME | AGREEING or not what.says_something)
    plain = plain and not said.names & {"cancel", "status", "human", "link"}
    return _short(said) or (_beside_a_time(said, time) if plain else None)


def _beside_a_time(said, time):
    """What a time or a comune is for beside which next to nothing is said."""
    if "thanks" in said.names and not time.says_a_time:
        return "thanks"         # "ok grazie, a lunedì"
    rest = [word for place, word in enumerate(said.words) if place not in time.taken]
    agrees = _begins_with(said, "yes") or _is_made_of(rest, "yes")      # "ok lunedì", "lunedì va bene"
    if agrees and not time.refused and "?" not in said.text:
        return "yes"
    if time.says_a_time:
        return "counter"
    return "no" if time.refused or _begins_with(said, "no") else "ask"


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
    ends = "thanks" in said.names or GOODBYE.search(" ".join(said.words))
    return "status" if said.reference else "thanks" if ends else "greeting"


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


def _begins_with(said, section):
    return any(" ".join(said.bare[:length]) in WHOLES[section] for length in range(1, 6))


@lru_cache
def _small_words():
    """Words that add nothing to a time: "per favore", "io", "la", "for"."""
    lines = (line for section in ("italian", "english") for line in kept("common")[section])
    small = {word for line in lines for word in line.split() if not word.endswith("_")}
    courteous = {word for phrase in kept("intents")["courtesy"] for word in phrase.split()}
    return frozenset((small | courteous) - TELLING | BESIDE_A_TIME)


# ---------------------------------------------------------------- sentences

def of_phrases(said: Said, what) -> str:
    """What the phrases of a sentence say that it is for: an emergency, something that is named, or who knows what."""
    if _is_an_emergency(said.names, what):
        return "emergency"
    with_code = {"codice", "code", "lynx"} & set(said.words) and code_within(said)
    return "join" if with_code else "ask" if what.service or what.certain else "unknown"


def _is_an_emergency(names, what):
    if "not an emergency" in names and ("emergency" not in names or what.certain):
        return False
    if "emergency" in names:
        return True
    if "emergency perhaps" not in names or what.certain and not what.kinds <= {"urgent"}:
        return False
    return not names & {"cancel", "move"} and not (what.kinds & {"childcare"} and what.service)


# ---------------------------------------------------------------- what goes with an ask

def is_for_today(time, now) -> bool:
    """Whether it is asked for today, in so many words: for a child that is urgent."""
    return time.on == now.date() and time.until is None and not time.weekly


QUANTITY = re.compile(r"(?<!\bil )(?<!\bdel )(?<!\bl )(?<!\balle )(?<!\bore )(?<!\bdalle )\b(?P<number>\d{1,2}|due|tre|quattro|cinque|sei|two|three|four|five)"
                      r"(?: miei| mie| nostri| nostre| piccoli| altri| altre| di| of| my){0,2} "
                      r"(?:cest\w+|bimb[oiae]|bambin[oiae]|figli\w?|gemell[ie]|ragazz[ie]|fratell\w+|sorell\w+|"
                      r"masch\w+|femmin\w+|nipot\w+|piccol[ie]|adulti|past[oi]|pranz[oi]|cen[ae]|post[oi]|giri|camicie|"
                      r"kids|children|child|kid|baskets?|shirts|meals?|boys|girls|brothers|sisters|people|"
                      r"genitori|nonni|anzian[ie]|"
                      r"borse|sacchi|borsoni|sacchetti|vassoi|porzioni|persone)\b|"
                      r"\b(?:sono|saremo|saremmo|saranno|sarebbero) in (?P<many>\d{1,2}|due|tre|quattro|cinque|sei)\b")
MEALS_FOR = re.compile(r"\b(?:cena|cene|pranzo|pranzi|past[oi]|meals?|lunch|dinner) (?:per|for) (\d{1,2}|due|tre|"
                       r"quattro|two|three)\b|"
                       r"\bpost[oi] (?:per|for) (\d{1,2}|due|tre|quattro|two|three|four)\b(?! ann)|"
                       r"\bne (?:ho|abbiamo|servono|\w{4,}) (\d|due|tre|quattro)\b")
ONE = re.compile(r"\b(?:una|un|one|a) (?:sol[ao] |single )?(?:cest[ao]|basket)\b|\b(?:un|una|uno) (?:sol[ao] )?"
                 r"(?:bimb|bambin|figli|past|cest|post|pranz)[oa]? sol[oa]\b|\bsol[oa] un[oa]? (?:bimb|bambin|figli|past|cest|post|pranz)\w|\b(?:una?|one) (?:sol[oa]|single) "
                 r"(?:bimb|bambin|figli|past|cest|post|pranz|meal|child|kid|basket)\w*")


FOR_SO_MANY = re.compile(r"\b(?:per|x|for) (\d|due|tre|quattro|two|three|four)\W*(?:$|[,.;:!?]|dal\b|il\b|da\b|lun|mar|mer|gio|ven|sab|dom)")


def quantity(said: Said, grouped=False) -> int | None:
    """How many: baskets, children, meals; `grouped` where a group is asked for: "cre x 2"."""
    if grouped and FOR_SO_MANY.search(said.text.lower()):
        return _count(fold(FOR_SO_MANY.search(said.text.lower())[1]))
    text = " ".join(said.words)
    found = {_count(one["number"] or one["many"]) for one in QUANTITY.finditer(text) if "ann" not in one[0]}
    found = found or {_count(one[1] or one[2] or one[3]) for one in MEALS_FOR.finditer(text)}
    if len(found) == 1:
        return found.pop()
    return 1 if not found and ONE.search(text) else None


def _count(word):
    return int(word) if word.isdigit() else NUMBERS[word]
