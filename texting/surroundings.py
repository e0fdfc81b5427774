"""What stands around the name of a comune, and what that makes of it: a workplace, a hospital, a street, a home."""

import re
from functools import lru_cache

from texting.phrases import kept

LONG_REACH, CLAUSE = 4, 6       # words before a name that may say what it is, and that it is not where somebody is wanted

# Where several comuni are named, one of whose clause says this is not where somebody is wanted.
AWAY = re.compile(r"\b(?:lavor\w+|work\w*|uffici\w+|studio|banca|cantiere|ospedal\w*|clinica|supermercato|negozio|esselunga|"
                  r"fabbrica|ditta|azienda|turn[oi]|oper\w+|riabilitazione|ricover\w+|colloqui|corso|riunione|terapi\w+|"
                  r"radioterapia|visit\w+|commissione|sorella|fratello|figli[ao] (?:e|sta|vive|abita)|in treno|universita|"
                  r"io|noi|tutti e due)\b(?! (?:abit|st[aio]|viv)\w+)(?!.*\b(?:casa|qui|abit\w+|stiamo|sto|vive|sta)\b)")


def is_away(row, place) -> bool:
    """Whether a name's clause speaks of where somebody works, is treated, or is gone to."""
    return bool(AWAY.search(_clause_before(row, place)))


def _clause_before(row, place):
    """The words of a name's clause that stand before it."""
    begin = place
    while begin > 0 and row[begin].before.strip(" '\"(") not in (",", ".", ";", ":", "!", "?", ")"):
        begin -= 1
    return " ".join(token.word for token in row[max(begin, place - CLAUSE):place])

# What the words just before a name make of it, the first that fits: it is none of ours (a workplace, somewhere near it,
# a match of football), where somebody lives, a comune by its own word, where somebody is brought.
WORK = re.compile(r"\b(?:lavor\w+|ditta|azienda|ufficio|fabbrica|capannone|sede|negozio|office|officina|magazzino)"
                  r"(?: (?!e\b)\w+){0,2}(?: a| ad| in| di)$")
NONE_OF_OURS = re.compile(r"\b(?:work|turno|turni|attacco|smonto)(?: (?!e\b)\S+){0,2}(?: a| ad| in| di)$|"
                          r"\b(?:vicino|vicina|provincia|dintorni|fuori|near)(?: a| ad| di| to)?$|"
                          r"\b(?:gioc\w+|allenament\w+|partit\w+|va|vanno|vado)(?: \w+)? (?:a|di|al)$|"
                          r"\bnon (?:e )?(?:piu )?(?:a|ad|in|di)$")
ELSEWHERE = re.compile(r"\b(?:sorella|fratello|sorelle|fratelli|cognat[oa]|colleg\w+|parenti|amic\w+) "
                       r"(?:sta|vive|abita|e|stanno|di)"
                       r"(?: \w+)? (?:a|ad|in)$|\b(?:sposat[ioe]|nat[oaie]|battesimo|matrimonio|cantiere|cena|pranzo|"
                       r"colleghi|parenti)(?: \w+)? (?:a|ad|in|da|di)$")
LIVES = re.compile(r"\b(?:casa|live|living|abito|abitiamo|vivo)$|\bqui (?:a|ad|in)$|\b(?:abit\w+|viv\w+|casa(?: mia| sua| nostra)?|risied\w+|residente|residenti|domicilio|"
                   r"sta|stanno|stiamo|trova|rimast[oa]|"
                   r"live|lives|home)(?: \w+)?(?: a| ad| in| di)$|\b(?:sono|siamo|vengo|veniamo|from) di$")
COMUNE = re.compile(r"\b(?:comune|paese|zona|citta|frazione|compiti|sociali|sociale|sportello|asilo|elementari|medie|"
                    r"materna|stazione|parti)(?: di| e)?$")
FROM_THERE = re.compile(r"\b(?:partenza|partendo|partiamo|parte)(?: da)?$|\bdal(?:l|la|lo|le)? (?:ospedale|clinica|ambulatorio|istituto|reparto|rsa|stazione)(?: di| a)?$")
OTHERS = re.compile(r"\b(?:noi|io)(?: \w+){0,2} (?:a|ad|di|in)$")
LEADS_TO = re.compile(r"\b(?:arrivo|destinazione)(?: a)?$|\b(?:ospedal\w*|visit\w*|dialisi|terapi\w*|fisioterapia|esam\w+|prelievo|clinica|medico|dottor\w*|"
                      r"dentista|risonanza|tac|ecografia|radiografia|raggi|mammografia|chemio\w*|colonscopia|controllo|intervento|"
                      r"ricovero|cardiolog\w+|ortopedic\w+|neurolog\w+|fisiatra|"
                      r"oculista|ambulatorio|poliambulatorio|centro|istituto|humanitas|hospital|stazione|pronto soccorso|"
                      r"doctor|"
                      r"appointment|accompagn\w+|port\w+|andare|arrivare|trasport\w+|passaggio|vada|recarsi|fino)\b"
                      r"(?: \w+){0,4} (?:a|ad|di|in|to|at|of)$|"
                      r"\b(?:ospedale|clinica|ambulatorio|poliambulatorio|istituto|hospital|dialisi|cliniche|stazione)$")
CHILDREN = re.compile(r"\b(?:figli\w?|bimb\w|bambin\w|ragazz\w+|nipot\w+|scuola|asilo|gioc\w+|allenament\w+|port\w+|"
                      r"va|vanno|kids?|son)\b")
CONTEXTS = ((WORK, "work"), (NONE_OF_OURS, "none_of_ours"), (ELSEWHERE, "none_of_ours"), (LIVES, "lives"),
            (FROM_THERE, "comes_from"), (COMUNE, "comune"), (LEADS_TO, "goes_to"), (OTHERS, "others"))
LAST_WORDS = {"da": "comes_from", "from": "comes_from", "di": "of", "of": "of",
              **dict.fromkeys(("a", "ad", "in", "at", "to", "per"), "at")}


def context_of(row, place) -> str:
    """What the words before a name make of it; nothing, if they say nothing."""
    begin = place
    while begin > max(0, place - LONG_REACH) and not row[begin].before.strip(" '\"("):
        begin -= 1
    before = [token.word for token in row[begin:place]]
    rest = " ".join(before)
    if _is_a_person_or_street(row, place, before[-1] if before else "") or _is_a_game(row, place, rest):
        return "none_of_ours"
    last = LAST_WORDS.get(before[-1], "") if before else ""
    return next((name for pattern, name in CONTEXTS if pattern.search(rest)), last)


def _is_a_person_or_street(row, place, last):
    """Whether it is somebody's name, or a street's; "via Roma, Ciserano" ends with its comune."""
    ends = place + 1 == len(row) or bool(row[place + 1].before.strip(" '"))
    if not row[place].before.strip() and (last in words_of("titles") or last in words_of("first names")):
        return True
    if row[place].before.strip() == "." and last in ("sig", "dott", "sigra", "v", "p"):
        return True
    for back in range(1, min(LONG_REACH, place) + 1):
        token = row[place - back]
        if token.word in words_of("streets"):
            return (back == 1 or not ends) and row[place - back + 1].word != "da"
        if token.word in ("a", "ad") or not token.word.isalpha() or row[place - back + 1].before.strip(" ."):
            return False
    return False


def _is_a_game(row, place, before):
    """"mio figlio da scuola a calcio": where children are spoken of, it is what they play."""
    return row[place].word in words_of("games") and bool(CHILDREN.search(before))


def says_where(row, place):
    """Behind a word that says where, or alone between signs: ", Lalio"."""
    apart = place and row[place].before.strip(" '\"") in (",", ".", ";", "-", "\n", "(")
    alone = apart and (place + 1 == len(row) or row[place + 1].before.strip(" '"))
    return bool(alone) or bool(place) and row[place - 1].word in ("a", "ad", "comune", "abito", "di", "da", "zona", "in", "at", "from")


def stands_apart(row, place, busy):
    """Behind a comma, or behind a time: "venerdì 15-18 Covo"."""
    return bool(row[place].before.strip()) or place - 1 in busy or "counted" in row[place - 1].reads


def stands_alone(row, place, end, busy):
    """Whether it ends the text, or nothing but signs stands on both its sides."""
    if end == len(row):
        return True
    return bool(row[end].before.strip(" '")) and (place == 0 or stands_apart(row, place, busy))


def capitals_tell(row):
    """Whether capitals mean anything here: a text all in capitals, or with every word so, says nothing by them."""
    words = [token.raw for token in row if token.raw.isalpha()]
    large = sum(word[0].isupper() for word in words)
    return bool(words) and large <= len(words) / 2


@lru_cache
def words_of(section: str) -> frozenset:
    """The words of a section of `words/places.txt`."""
    return frozenset(word for line in kept("places")[section] for word in line.split())
