"""Secrets that can be derived again, and one-way marks of what must be found but not kept in the clear."""

import hashlib
import hmac
import unicodedata

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKEN_LENGTH = 22  # 131 bits; letters and digits only, because messaging programs cut links at other signs


def token(key: bytes, id: int, version: int) -> str:
    """The token of a link: base62 of HMAC-SHA256(key, id, version), always 22 letters and digits."""
    number = int(_hmac(key, f"link:{id}:{version}"), 16)
    signs = []
    for _ in range(TOKEN_LENGTH):
        number, sign = divmod(number, 62)
        signs.append(BASE62[sign])
    return "".join(signs)


def fingerprint(token: str) -> str:
    """SHA-256 of a token in hex: what the database keeps, and what opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def mark(key: bytes, text: str) -> str:
    """A keyed HMAC in hex of a text whose case, accents, spaces and punctuation do not count."""
    return _hmac(key, "mark:" + _normal(text))


def digits(random) -> str:
    """A six-digit code, drawn with a `random.Random` (a `SystemRandom` in earnest)."""
    return f"{random.randrange(10**6):06d}"


def _normal(text):
    """`Nicolò  D’ANGELO` and `Nicolo' D'Angelo` are one name: lists write accents in every way there is."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(sign for sign in apart if sign.isalnum() or sign.isspace()).split())


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
