"""Telephone numbers as people type them, as we keep them (E.164) and as we show them."""

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

ITALY = 39
LETTER = re.compile(r"[^\W\d_]")
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class NotMobile(ValueError):
    """Not a number we can text; `why` is landline, foreign or invalid."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def italian_mobile(text: str) -> str:
    """An Italian mobile number, however it is typed, in E.164. Raises NotMobile."""
    number = _parsed(text)
    if number.country_code != ITALY:
        raise NotMobile("foreign")
    if number.italian_leading_zero:
        raise NotMobile("landline")
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in MOBILE:
        raise NotMobile("invalid")
    return _written(number, PhoneNumberFormat.E164)


def any_number(text: str) -> str:
    """Any telephone number in E.164; without a country it is an Italian one. Raises NotMobile("invalid").

    Only its length is judged: new prefixes appear faster than libraries learn them.
    """
    number = _parsed(text)
    if not phonenumbers.is_possible_number(number):
        raise NotMobile("invalid")
    return _written(number, PhoneNumberFormat.E164)


def is_number(text: str) -> bool:
    """Whether this can be called. Who writes to us may also be a name or a short code, kept as it came."""
    try:
        return bool(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def pretty(number: str) -> str:
    """A number from E.164 as people here read it: `333 000 0001`; a foreign one keeps its country, a name is a name."""
    if not is_number(number):
        return number
    parsed = phonenumbers.parse(number)
    at_home = parsed.country_code == ITALY
    return _written(parsed, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL)


def masked(number: str) -> str:
    """A number from E.164 that its owner recognises and nobody else can call: `+39 333 ••• ••01`; a name is a name."""
    if not is_number(number):
        return number
    parsed = phonenumbers.parse(number)
    national = phonenumbers.national_significant_number(parsed)
    return f"+{parsed.country_code} {national[:3]} ••• ••{national[-2:]}"


def _parsed(text):
    if LETTER.search(text):  # the library would read them as keys of a telephone, or as an extension
        raise NotMobile("invalid")
    try:
        return phonenumbers.parse(text, "IT")
    except phonenumbers.NumberParseException as error:
        raise NotMobile("invalid") from error


def _written(number, shape):
    return phonenumbers.format_number(number, shape)
