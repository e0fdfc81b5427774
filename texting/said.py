"""A text as its phrases are looked for, and the whole messages it may be: a join code, a number chosen, a sign."""

import re
from functools import cached_property

from rules import references
from texting.lexicon import NUMBERS, ORDINALS
from texting.phrases import Phrases, kept, phrases
from texting.tokens import fold

THUMBS, HEARTS = re.compile("[👍👌✅✔]"), re.compile("[🙏❤💕💖😘🥰]")
JOIN_PREAMBLE = ("vorrei voglio mi mio ciao buongiorno salve il codice cod iscrizione iscrivermi adesione aderire entro "
                 "azienda con e è join code my is the hello hi").replace(" ", "|")
JOIN = re.compile(rf"^\W*(?:(?:{JOIN_PREAMBLE})\W+){{0,6}}(?:(?P<name>l[yi]n(?:x|cs|ks|k|xs)|welfare\W?l[yi]nx)\W*)?"
                  r"(?:(?:codice|code|cod|numero|n|e|è)\W*){0,2}(?P<digits>\d(?:[ .-]?\d){4,7})\W*"
                  r"(?:(?:grazie|thanks|per favore|please|ciao)\W*)*$", re.IGNORECASE)


SPACED = re.compile(r"\b{0} ?-?{1} ?-?{0} ?-?{1}\b".format(f"([{references.LETTERS}])", f"([{references.DIGITS}])"))


class Said:
    """A text, its tokens, and what its phrases are; each looked for once."""

    def __init__(self, text, row):
        self.text, self.row = text, row

    @cached_property
    def words(self):
        """The words as compared."""
        return [token.word for token in self.row]

    @cached_property
    def names(self):
        """The sections of `intents.txt` that have a phrase here."""
        return {hit.name for hit in phrases("intents").find(self.words)}

    @cached_property
    def asks(self):
        """Whether something is asked for in so many words."""
        return "ask" in self.names

    @cached_property
    def reference(self):
        """The request's reference that is named, if one is."""
        codes = [token.reads["code"] for token in self.row if "code" in token.reads]
        apart = _spaced_reference(self.text)
        return codes[0] if len(set(codes)) == 1 else None if codes else apart

    def is_whole(self, section):
        """Whether the whole message is one of a section's phrases."""
        return " ".join(self.words) in WHOLES[section]

    def is_spelled_out(self, section):
        """The same, letter by letter: "S T O P"."""
        return all(len(word) == 1 for word in self.words) and "".join(self.words) in WHOLES[section]

    @cached_property
    def bare(self):
        """The words without greetings, courtesies and references."""
        gone = {place for hit in _COURTESY.find(self.words) for place in range(hit.begin, hit.end)}
        rest = [token.word for place, token in enumerate(self.row) if place not in gone and "code" not in token.reads]
        return [] if gone and set(rest) <= {"e", "ed", "and"} else rest


_COURTESY = Phrases({"courtesy": kept("intents")["courtesy"]})


def _written_out(section):
    return frozenset(" ".join(re.findall(r"[^\W_]+", fold(phrase))) for phrase in kept("intents")[section])


WHOLES = {name.removesuffix(" whole"): _written_out(name) for name in kept("intents")
           if name.endswith(" whole") or name in ("stop", "start")}


def _spaced_reference(text):
    found = SPACED.search(text)
    return "".join(found.groups()) if found else None


# ---------------------------------------------------------------- whole messages

def of_signs(text: str) -> str:
    """A text without a word: a thumb is a yes, folded hands are thanks."""
    if THUMBS.search(text):
        return "yes"
    if HEARTS.search(text):
        return "thanks"
    return "help" if text.strip() and set(text.strip()) <= set("?¿! ") and "?" in text else "unknown"


def join_code(said: Said) -> str | None:
    """The join code that the whole message is: `LYNX 48291`, `48291`. Its check digit may be wrong."""
    found = JOIN.match(said.text)
    if not found:
        return None
    digits = re.sub(r"\D", "", found["digits"])
    meant = found["name"] or re.sub(r"\W", "", said.text).isdigit() or {"codice", "code"} & set(said.words)
    return digits if meant else None


def code_within(said: Said) -> str | None:
    """The one number of a join code's length in a sentence about joining."""
    codes = [token.word for token in said.row if references.JOIN_CODE.fullmatch(token.word)]
    return codes[0] if len(codes) == 1 else None


VOTED = re.compile(r"\W*voto\W+(?:un )?([0-5])(?![\d.,:]\d|\d)", re.IGNORECASE)


def choice(said: Said) -> int | None:
    """The number the whole message chooses: "2", "la 2", "voto 5", "il primo"."""
    voted = VOTED.match(said.text)
    if voted or len(said.row) > 6:
        return int(voted[1]) if voted else None
    digits = [token for token in said.row if "digits" in token.reads]
    words = [word for word in said.words if word not in CHOICE and word not in COURTEOUS]
    if len(digits) == 1 and words == [digits[0].word]:
        number = digits[0].reads["number"]
        return None if number > 10 and {"il", "l"} & set(said.words) else number     # "il 15" is a day
    rating = re.fullmatch(r"\W*(?:(?:direi|voto|do|darei|metto|per me|un|il mio voto e) )?([0-5])\s?(?:/|su)\s?5\W*", said.text)
    if rating:
        return int(rating[1])
    if not digits and len(said.row) <= 4:
        return _choice_in_words(said.words, words)
    return None


def _choice_in_words(every, words):
    named = [NUMBERS[word] for word in words if word in NUMBERS]
    if len(named) == len(words) == 1:
        return named[0]
    ordinals = [ORDINALS[word] for word in every if word in ORDINALS and ORDINALS[word] > 0]
    return ordinals[0] if len(ordinals) == 1 and not words and every != ["prima"] and every != ["second"] else None


CHOICE = frozenset(kept("intents")["choice"])
COURTEOUS = frozenset("""
    ciao grazie mille tante bravissima bravissimo bravissimi brava bravo prego ok buongiorno buonasera salve please thanks
""".split())
