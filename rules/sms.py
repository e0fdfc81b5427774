"""What a text costs as an SMS: GSM-7 or UCS-2, how many segments, and how to keep it in the cheap alphabet.

Counted as 3GPP TS 23.038 and 23.040 say: 160 septets alone or 153 each in several, 70 or 67 UTF-16 units.
`segments`, `length` and `fits` count the text as it is given; `tidy` it first, and send what was tidied.
"""

import re
import unicodedata

ONE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWO = frozenset("\f^{}\\[~]|€")  # an escape and a sign, never parted between segments
GSM = ONE | TWO

LOOKALIKES = str.maketrans(
    dict.fromkeys("‘’‚‛′ʹʻʼˈ`´", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣", "-")
    | dict.fromkeys("•·‣▪●", "-")
    | dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
                    "\u202f\u205f\u3000\t\v\f", " ")
    | dict.fromkeys("\r\u2028\u2029\u0085", "\n")
    | dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff", "")  # these have no shape at all
    | {"…": "...", "°": "o", "‹": "<", "›": ">", "⁄": "/", "×": "x", "÷": ":", "→": "->", "←": "<-", "¢": "c"}
    # a capital's accent is written after it, as Italians do where the keyboard has none
    | {"À": "A'", "È": "E'", "Ì": "I'", "Ò": "O'", "Ù": "U'"}
    # letters that no table of Unicode takes apart
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ł": "l", "Ł": "L", "ŋ": "ng", "Ŋ": "NG",
       "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ŧ": "t", "Ŧ": "T", "ẞ": "SS", "ə": "e", "Ə": "E",
       "ĸ": "k", "µ": "u"}
)
MARKS = re.compile("[\u0300-\u036f]")
# what a phone shows as one sign: a flag, or a sign with its marks, colour and joined signs
SIGN = re.compile("[\U0001f1e6-\U0001f1ff]{2}|.(?:[\u0300-\u036f\u20e3\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.?)*", re.S)


def tidy(text: str) -> str:
    """The same text with as few signs outside GSM-7 as can be; no letter is dropped.

    Typographic quotes, dashes, spaces, ellipses and capital accents become plain ones; a letter outside
    GSM-7 becomes its base letter. What has none (other scripts, emoji) stays, and costs.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(LOOKALIKES)
    if GSM.issuperset(text):
        return text
    return "".join(map(_plain, text))


def segments(text: str) -> int:
    """How many segments the text is sent and paid as; an empty one counts one."""
    single, several = (160, 153) if _is_gsm(text) else (70, 67)
    if length(text) <= single:
        return 1
    count, used = 1, 0
    for width in _widths(text):
        if used + width > several:
            count, used = count + 1, 0
        used += width
    return count


def length(text: str) -> int:
    """The text's length: in septets if it is all GSM-7, else in UTF-16 units."""
    return sum(_widths(text))


def fits(text: str) -> bool:
    """Whether the text is one GSM-7 segment, the cheapest there is."""
    return _is_gsm(text) and length(text) <= 160


def _is_gsm(text):
    return GSM.issuperset(text)


def _widths(text):
    """The width of each piece that must stay in one segment."""
    if _is_gsm(text):
        return [2 if sign in TWO else 1 for sign in text]
    return [len(sign.encode("utf-16-le", "surrogatepass")) // 2 for sign in SIGN.findall(text)]


def _plain(sign):
    if sign in GSM:
        return sign
    plain = MARKS.sub("", unicodedata.normalize("NFKD", sign)).translate(LOOKALIKES)
    return plain if GSM.issuperset(plain) else sign
