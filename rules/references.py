"""The short names people read aloud and type: a request's reference (A7K2) and a firm's join code (48291)."""

import re

# Sixteen letters and eight digits, none that is taken for another when written by hand, read aloud or typed:
# without I L O Q (1 and 0), Z (2), S (5), G (6), B (8), D (0), U (V). Letter and digit take turns, so no reference
# is a word, an answer such as OK or NO, or a number; four signs make 16,384, six two million.
LETTERS = "ACEFHJKMNPRTVWXY"
DIGITS = "23456789"
REFERENCE = re.compile(rf"(?:[{LETTERS}][{DIGITS}]){{2,3}}", re.IGNORECASE | re.ASCII)
JOIN_CODE = re.compile(r"[0-9]{5,8}")


def draw(random, letters: int = 4) -> str:
    """A reference of so many signs, drawn with a `random.Random` (a `SystemRandom` in earnest)."""
    return "".join(random.choice(DIGITS if place % 2 else LETTERS) for place in range(letters))


def spoken(reference: str) -> str:
    """The reference sign by sign, as a voice or a screen reader should say it: `A 7 K 2`."""
    return " ".join(reference.upper())


def is_reference(text: str) -> bool:
    """Whether the text has the shape of a reference, in capitals or not."""
    return bool(REFERENCE.fullmatch(text.strip()))


def with_check_digit(digits: str) -> str:
    """The digits and their check digit after ISO 7064 MOD 11,10: it catches one wrong digit and most swaps."""
    return digits + str((11 - _remainder(digits)) % 10)


def is_join_code(text: str) -> bool:
    """Whether the text has the shape of a join code and its check digit is right."""
    code = text.strip()
    return bool(JOIN_CODE.fullmatch(code)) and with_check_digit(code[:-1]) == code


def _remainder(digits):
    remainder = 10
    for digit in digits:
        remainder = ((remainder + int(digit)) % 10 or 10) * 2 % 11
    return remainder
