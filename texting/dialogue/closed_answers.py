"""What people answer to a closed question: how many, how old, how somebody gets about; in figures or in words."""

import re

from texting.lexicon import NUMBERS
from texting.tokens import clean, tokens

LONGEST = 8             # words; who writes more tells something else
ONE = frozenset(("un", "uno", "una", "one", "solo", "sola"))
OF_ONE = re.compile(r"(?:bambin|bimb|figli|femmin|maschi|piccol|ragazz|nipot|cest|past|post|pranz|pers)\w+$|(?:e|ho|ne|solo|soltanto|il|la|mi[oa]|"
                    r"grazie|child|kid|boy|girl|baby|only|just|basket|meal|please)$")
AGE = re.compile(r"\b(?:di |ha |hanno )?(\w+)(?: e mezz\w+)? (?:ann\w+|years?|mes[ei]|months?)\b(?: e mezz\w+)?")
DEPENDENT = re.compile(r"\bnon (?:si muove|cammina|si alza|e autosufficiente|autosufficiente)\b|\ballettat[oai]\b|\ba letto\b|\bcarrozzina\b|"
                       r"\bsedia a rotelle\b|\bwheelchair\b|\bbedridden\b|\bcan t (?:move|walk|stand)\b|\bin bed\b")
HELPED = re.compile(r"\b(?:con (?:un )?(?:aiuto|bastone|girello)|aiutat[oa]|aiuto|bastone|deambulatore|girello|stampell[ae]|"
                    r"cammina (?:poco|piano|male|a fatica)|fatica|accompagnat[oa]|stick|walker|crutch\w*|with help|needs help|slowly)\b")
ALONE = re.compile(r"\bda sol[oa]\b|\bautonom[oa]\b|\bindipendente\b|\bcammina(?: bene)?$|\bsi muove bene\b|\b(?:on|by) (?:her|his) own\b|"
                   r"\b(?:him|her)self\b|\bwalks? (?:well|fine)\b|\balone\b")


def _words(text):
    return [token.word for token in tokens(clean(text))]


def how_many(text: str) -> int | None:
    """The one number that a short answer says: "due", "una bambina", "ne ho 2", "uno solo"; ages are none."""
    words = AGE.sub(" ", " ".join(_words(text))).split()
    if len(words) > LONGEST:
        return None
    said = [int(word) if word.isdigit() else NUMBERS.get(word) for word in words if word.isdigit() or word in NUMBERS]
    if len(set(said)) == 1:
        return said[0]
    return 1 if not said and ONE & set(words) and all(word in ONE or OF_ONE.match(word) for word in words) else None


def ages(text: str) -> list[int]:
    """The ages in years that a short answer says: "quattro anni e mezzo", "uno ha 3 e l'altro 5"; months are none."""
    words = _words(text)
    if len(words) > 2 * LONGEST:
        return []
    figures = [int(word) for word in words if word.isdigit() and len(word) < 3]
    return figures or [NUMBERS[word] for word in words if word in NUMBERS and word not in ONE]


def independence(text: str) -> str | None:
    """How somebody gets about: alone, helped or dependent, if that is said."""
    said = " ".join(_words(text))
    found = [name for name, pattern in (("dependent", DEPENDENT), ("helped", HELPED), ("alone", ALONE)) if pattern.search(said)]
    return found[0] if found else None
