"""The phrases of what comes every week, each beside what it makes."""

from texting.days import VAGUE
from texting.spans import (
    EVERY_DAY,
    WORKDAYS,
    more_weekdays,
    one_weekday,
    weekly,
    weekly_between,
    weekly_on,
    weekly_one,
    weekly_pair,
    weekly_part,
    weekly_times_part,
    weekly_two,
)

WEEK = "settimana|settimane|sett|week|weeks|settimanina"


def vague(*_):
    """Some rhythm was said that must be asked again."""
    return VAGUE


def weekly_three(today, *weekdays):
    """"lun-mer-ven"."""
    return weekly(today, tuple(sorted(set(weekdays))))


TABLES = {
    "weekdays": [
        ("<weekday> e|ed|and|il|la|al|i|le? <weekdays>", more_weekdays),
        ("<weekday> e|ed il|la|al|i|le <weekdays>", more_weekdays), ("<weekday>", one_weekday),
    ],
    "weekly": [
        ("<count> <part> a|alla|per|la settimana", weekly_times_part),
        ("on|i|le|tutti|tutte|di|ogni i|le? <every_weekday>", weekly_one), ("<every_weekday>", weekly_one),
        ("on? weekends", weekly_on(6, 7)),
        ("on|i|le|tutti|tutte i|le? <every_weekday> e|and i|le|on? <every_weekday|weekday>", weekly_two),
        ("<every_weekday> and|e <every_weekday>", weekly_two),
        ("ogni|each|every <weekdays>", weekly), ("tutti|tutte i|le|gli? <weekdays>", weekly), ("i|le <weekdays>", weekly),
        ("il|la|al|di <weekday> e|ed il|la|al|di? <weekdays>", weekly_pair),
        ("il|la <weekday> il|la <weekdays>", weekly_pair),
        ("dal|dalla <weekday> al|alla <weekday>", weekly_between),
        ("<weekday> - <weekday> - <weekday>", weekly_three), ("<weekday> - <weekday> - <weekday> - <weekday>", weekly_three), ("from? monday to friday", weekly_on(*WORKDAYS)), ("from? <weekday> to|till <weekday>", weekly_between),
        ("ogni|tutti giorno|giorni", weekly_on(*EVERY_DAY)), ("tutti i giorni|gg", weekly_on(*EVERY_DAY)),
        ("every day", weekly_on(*EVERY_DAY)), ("daily|quotidianamente", weekly_on(*EVERY_DAY)),
        ("tutti? i? giorni feriali|lavorativi", weekly_on(*WORKDAYS)),
        ("ogni giorno feriale|lavorativo", weekly_on(*WORKDAYS)), ("every? weekdays", weekly_on(*WORKDAYS)),
        ("every|each weekday", weekly_on(*WORKDAYS)),
        ("every other <weekday>", vague), ("un <weekday> si e uno no", vague),
        (f"ogni|every {WEEK}", weekly), ("tutte le settimane", weekly), ("settimanalmente|settimanale|weekly", weekly),
        (f"ogni|every {WEEK} di|il|al|la|on? <weekdays>", weekly), (f"<weekdays> di? ogni {WEEK}", weekly),
        ("tutte le settimane il|di|al? <weekdays>", weekly),
        (f"<count> volte|volta|times a|alla|per|la? {WEEK}", lambda today, n: weekly(today)),
        ("once|twice a week", lambda today: weekly(today)), (f"ogni <number> {WEEK}", vague),
        ("settimane alterne", vague), ("ogni mese", vague), ("every other week", vague),
        ("ogni|every <part>", weekly_part), ("tutte|tutti le|i <part>", weekly_part),
        ("ogni|tutti i? weekend|week", weekly_on(6, 7)), ("ogni fine settimana", weekly_on(6, 7)),
        ("tutti i fine settimana", weekly_on(6, 7)),
    ],
}
