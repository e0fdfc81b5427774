"""How a question goes out: what it is about, its numbered options, and what a person needs to answer it."""

from collections import Counter

from texting.dialogue.turn import Turn


def ask(turn: Turn, draft: dict, about: str, options=(), labels=(), **says):
    """One question; `options` are what 1, 2, 3 stand for, `labels` what they are called."""
    return turn.reply("question", {"about": about, "options": list(labels), **says}, asking=about, draft=draft,
                      options=options)


def service_labels(services) -> list[dict]:
    """What services are called: by their neutral name; two of the same name also by price and notice."""
    names = Counter(one.sms_name for one in services)
    return [{"text": one.sms_name} if names[one.sms_name] == 1 else
            {"text": one.sms_name, "price": one.price_cents, "notice": one.notice_hours, "unit": one.unit} for one in services]


def offer_a_call(turn: Turn, why: str, **says):
    """It cannot be had: said, and a call offered."""
    return turn.reply("not_covered", {"why": why, **says}, asking="call", draft={})
