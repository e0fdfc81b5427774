"""A public service: its office, hours and number are said; with the person's yes the office is asked to call."""

from actions import signposting
from texting.dialogue.by_appointment import ask_name
from texting.dialogue.drafts import place_of
from texting.dialogue.turn import Turn


def by_office(turn: Turn, draft: dict, service):
    """Which office it is; where one may write to it, whether it should call."""
    says = {"service": service.sms_name, "number": service.office_phone, "may_write": bool(service.office_email)}
    if not service.office_email:
        return turn.reply("office", says)
    return turn.reply("office", says, asking="read_back", draft=draft)


def send(turn: Turn, draft: dict, service):
    """SI is the consent: first name and number go to that office, and nowhere else."""
    unnamed = ask_name(turn, {**draft, "consented": True}, service)
    if unnamed:
        return unnamed
    place = place_of(draft) or turn.person.company.municipality
    signposting.signpost(turn.person, service, place, when="sempre", ask_key=draft["key"], at=turn.at)
    return turn.silent(keep=False)      # the verb tells that the office was asked
