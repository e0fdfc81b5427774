"""One sentence on what awaits a coordinator: the first line of the digest and of the desk."""

WORDS = {
    "it": (("da vedere oggi", "da vedere oggi"), ("in ritardo", "in ritardo"),
           ("persona da chiamare", "persone da chiamare")),
    "en": (("to see today", "to see today"), ("late", "late"), ("person to call", "people to call")),
}
NOTHING = {"it": "Niente da vedere oggi", "en": "Nothing to see today"}


def sentence(to_see: int, late: int, to_call: int, lang: str) -> str:
    """ "3 da vedere oggi, 1 in ritardo, 2 persone da chiamare": no thing is counted twice, and none is left out."""
    words = WORDS.get(lang, WORDS["it"])
    said = [f"{count} {one if count == 1 else many}"
            for count, (one, many) in zip((to_see, late, to_call), words) if count]
    return ", ".join(said) or NOTHING.get(lang, NOTHING["it"])
