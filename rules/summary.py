"""One sentence on what awaits a coordinator: the first line of the digest and of the desk."""

WORDS = {
    "it": (("da vedere oggi", "da vedere oggi"), ("in ritardo", "in ritardo"),
           ("persona da chiamare", "persone da chiamare")),
    "en": (("to see today", "to see today"), ("late", "late"), ("person to call", "people to call")),
}
NOTHING = {"it": "Niente da vedere oggi", "en": "Nothing to see today"}
ONLY_NEW = {"it": ("{} richiesta nuova, niente da fare", "{} richieste nuove, niente da fare"),
            "en": ("{} new request, nothing to do", "{} new requests, nothing to do")}


def sentence(to_see: int, late: int, to_call: int, lang: str, new: int = 0) -> str:
    """ "3 da vedere oggi, 1 in ritardo, 2 persone da chiamare": no thing is counted twice, and none is left out."""
    words = WORDS.get(lang, WORDS["it"])
    said = [f"{count} {one if count == 1 else many}"
            for count, (one, many) in zip((to_see, late, to_call), words) if count]
    if not said and new:
        return ONLY_NEW.get(lang, ONLY_NEW["it"])[new > 1].format(new)
    return ", ".join(said) or NOTHING.get(lang, NOTHING["it"])
