"""A text as a row of tokens: what was written, how it is compared, what number, hour or date it may be."""

import re
import unicodedata


from texting.lexicon import READS, SHORT

MOST_TOKENS = 320   # a text of 1,600 signs has fewer; what stands behind them is not read

_CLOCK = r"\d{1,2}(?:[:.,]\d{2}|h\d{2})?h?"
_NO_MINUTES = "gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic|ann[oi]|mes[ei]|giorn|euro|minut|kg|piano|del mese|alle|ore"
TOKEN = re.compile(rf"""
    (?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?!\d)
  | (?P<dmy>\d{{1,2}}(?P<sep>[/.-])\d{{1,2}}(?P=sep)(?:\d{{4}}|\d{{2}}))(?!\d)
  | (?P<code>(?:[a-z][0-9]){{2,3}}|(?-i:(?=\d[A-Z]|[A-Z]\d[A-Z])(?=[A-Z\d]{{3}}[A-Z]\b|\w\w[A-Z]\d)[A-Z\d]{{4}}))(?![^\W_])
  | (?P<clock>\d{{1,2}}[:]\d{{2}}(?::\d{{2}})?|\d{{1,2}}h\d{{2}})(?!\d|\s?[-–—]\s?\d)
  | (?<!\bil\s)(?<!\bi\s)(?<!l\s)(?P<joined>\d{{1,2}}\s?e\s?(?:15|30|45))(?![\w/.:,-])(?!\s*(?:{_NO_MINUTES}))
  | (?P<span>{_CLOCK}(?:\s?[ap]m)?\s?[-–—>→]\s?{_CLOCK})(?![\d/-])
  | (?P<slash>{_CLOCK}/{_CLOCK})(?![\d/])
  | (?P<dotted>\d{{1,2}}[.,]\d{{2}})(?!\d)
  | (?P<dm>[0-3]?\d\.[1-9])(?!\d|[.,:]\d|h|\s?(?:ore|or|h\b|kg|euro))
  | (?P<number>\d+)(?:°|º|ª|(?:st|nd|rd|th)\b)?
  | (?P<word>[^\W\d_]+)
  | (?P<dash>[-–—])
""", re.VERBOSE | re.IGNORECASE)

JOINED = {"weekday", "month", "slash", "dmy", "dotted"}     # after these a dash may say "until"
PARTS = re.compile(r"[.!?;\n]")      # what parts one sentence from the next
REPEATED = re.compile(r"([^\W\d_])\1{2,}")
APOSTROPHES = str.maketrans("’‘`´ʼ′", "''''''")


class Token:
    """One word or number: `raw` as written, `word` as compared, `reads` what else it is, `before` the signs before it."""

    __slots__ = ("raw", "word", "start", "end", "reads", "before")

    def __init__(self, raw, word, start, end, reads, before):
        self.raw, self.word, self.start, self.end, self.reads, self.before = raw, word, start, end, reads, before

    def __repr__(self):
        return f"{self.word}{sorted(self.reads) if self.reads else ''}"


def clean(text: str) -> str:
    """The text in ordinary letters and digits: full-width ones, ligatures and curly apostrophes made plain."""
    return unicodedata.normalize("NFKC", text.translate(APOSTROPHES)) if not text.isascii() else text


def fold(word: str) -> str:
    """A word as it is compared: small letters, no accents, no more than two of a letter ("siiii" is "si")."""
    if not word.isascii():
        word = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    return REPEATED.sub(r"\1", word.casefold())


def tokens(text: str) -> list[Token]:
    """The tokens of a cleaned text, in order."""
    made, last = [], 0
    for found in TOKEN.finditer(text):
        if len(made) == MOST_TOKENS:
            break
        if found.lastgroup == "dash" and not (made and not JOINED.isdisjoint(made[-1].reads)):
            continue    # "baby-sitter" is two words; "lun-ven" three
        made.append(_token(found, text[last:found.start()]))
        last = found.end()
    return made


def sentences(row: list[Token]) -> list:
    """Where each sentence of a row of tokens begins and ends."""
    begins = [place for place, token in enumerate(row) if place == 0 or PARTS.search(token.before)]
    return list(zip(begins, [*begins[1:], len(row)]))


def _token(found, before):
    kind, raw = found.lastgroup, found[0]
    if kind == "sep":
        kind = "dmy"
    if kind == "word":
        word = fold(raw)
        word = SHORT.get(word, word)
        return Token(raw, word, found.start(), found.end(), READS.get(word, {}), before)
    return Token(raw, "-" if kind == "dash" else fold(raw), found.start(), found.end(), _NUMERIC[kind](found[kind]), before)


# ---------------------------------------------------------------- what digits may be

def _iso(raw):
    year, month, day = map(int, raw.split("-"))
    return {"dmy": (day, month, year)}


def _dmy(raw):
    day, month, year = map(int, re.split(r"[/.-]", raw))
    return {"dmy": (day, month, year if year > 99 else 2000 + year)}


def _code(raw):
    return {"code": raw.upper()}


def _clock(raw):
    return {"clock": clock_of(raw)}


def _dotted(raw):
    first, second = map(int, re.split("[.,]", raw))
    return {"dotted": clock_of(raw), **({"dm": (first, second)} if "." in raw and 1 <= second <= 12 else {})}


def _dm(raw):
    """"25.3": a date, and no hour."""
    return {"dm": tuple(map(int, raw.split(".")))}


def _slash(raw):
    first, second = raw.split("/")
    if first.isdigit() and second.isdigit() and 1 <= int(second) <= 12:
        return {"slash": (int(first), int(second))}
    return {"span": (clock_of(first), clock_of(second))}


def _span(raw):
    first, second = (part.strip() for part in re.split("[-–—>→]", raw, maxsplit=1))
    return {"span": (clock_of(first), clock_of(second))}


def _number(raw):
    value = int(raw[:9])
    made = {"number": value, "year": value if 2000 <= value <= 2099 else None, "digits": raw if len(raw) < 3 else None,
            "sure": value if raw[0] == "0" and len(raw) == 2 else None}
    return {name: read for name, read in made.items() if read is not None}


def clock_of(raw: str) -> tuple[int, int, bool]:
    """Hour, minute, and whether only the twenty-four-hour clock writes it so (a zero in front)."""
    parts = [int(part) for part in re.findall(r"\d+", raw)]
    half_day = raw.strip().lower()[-2:] if raw.strip()[-1] in "mM" else ""
    hour = parts[0] % 12 + (12 if half_day == "pm" else 0) if half_day and parts[0] <= 12 else parts[0]
    return hour, parts[1] if len(parts) > 1 else 0, raw[0] == "0" or bool(half_day)


_NUMERIC = {"iso": _iso, "dmy": _dmy, "code": _code, "clock": _clock, "joined": _clock, "dotted": _dotted, "dm": _dm, "slash": _slash,
            "span": _span, "number": _number, "dash": lambda raw: {}}
