"""The phrases of days, weeks, ranges and repetitions, each beside what it makes."""

from texting.days import (
    PAST,
    VAGUE,
    Days,
    after,
    bridge_of,
    coming,
    dated,
    day_before,
    day_behind,
    digits_dated,
    feast,
    in_days,
    in_months,
    in_weeks,
    later_than,
    month_dated,
    new_year,
    next_weekday,
    night_between,
    night_dated,
    night_numbered,
    numbered,
    numbered_next_month,
    ordinal_weekday,
    that_weekday,
    today_part,
    weekday_after,
    weekday_before,
    weekday_in,
    weekday_in_turned,
    weekday_numbered,
    weekday_on,
    weekdays_numbered,
    week_after_coming,
    whole_dated,
    with_part,
)
from texting.feasts import FEASTS, next_feast
from texting.spans import (
    between,
    day_lasting,
    from_day,
    from_month,
    lasting_day,
    month_from,
    named_between,
    named_two,
    number_to_date,
    numbers_between,
    numbers_next,
    numbers_next_month,
    slash_of,
    span_dated,
    span_next_month,
    span_of,
    span_of_turned,
    three_numbers,
    two_months,
    two_numbers,
    until_day,
    weekdays_of,
    weekly_between,
)
from texting.weeks import (
    named_month,
    next_days,
    next_month,
    next_weekend,
    ordinal_week,
    ordinal_weeks,
    this_month,
    two_weeks,
    week,
    week_of,
    week_of_month,
    weekend,
    weekend_of,
)

NEXT, THIS = "prossimo|prossima|next|venturo|ventura", "questo|questa|this|quest|sta|sto"
DAY, WEEK, WEEKEND = "giorni|giorno|gg|days|day", "settimana|settimane|sett|week|weeks|settimanina", "weekend|wekend|wek"
OF, IN, TO = "di|del|della|dell|dei|de|d|of", "tra|fra|in|entro", "a|al|alla|all|fino|to|until|till|through|-"


def gone(*_):
    """What is over is not asked for."""
    return PAST


def until_month(today, month):
    """"fino a maggio"."""
    return until_day(today, named_month(today, month))


def until_year_ends(today):
    """"fino a fine anno"."""
    return until_day(today, Days(next_feast(today, (12, 31))))


def later_than_christmas(today):
    """"dopo le vacanze di Natale"."""
    return later_than(today, Days(next_feast(today, (1, 6))))


def vague(*_):
    """Something about time was said that must be asked again."""
    return VAGUE


def same(_, value):
    """What was captured."""
    return value


TABLES = {
    "count": [
        ("<number>", same), ("<one>", same), ("un paio di?", lambda _: 2),
        ("a couple of?", lambda _: 2),
    ],
    "noun": [
        ("<counted>", lambda *_: True), ("ora|ore|h !<number|clock|dotted|span>", lambda *_: True),
    ],
    "of_month": [
        ("<month>", named_month), ("questo mese", this_month), ("mese", this_month), (f"{NEXT} mese|month", next_month),
        (f"mese {NEXT}", next_month),
    ],
    "date": [
        (f"<number|ordinal> {OF}? <month> <year>?", dated), ("<number> of? <month> <year>?", dated),
        ("<month> the? <number> !<noun> <year>?", month_dated), ("<slash>", digits_dated), ("<dmy>", whole_dated),
        *((phrase, feast(when)) for phrase, when in FEASTS),
    ],
    "numbered": [
        ("the one|ones on|of|for?", lambda *_: Days()), ("il|l|lo|del|dell|al|all|nel|the <number> !<noun> !<month>", numbered), ("il|del|l|dell <dm>", digits_dated),
        ("il|del|l|dell|giorno <span>", span_dated), (f"il|l|del|dell <number> {OF}? {NEXT} mese", numbered_next_month),
        (f"il|l|del|dell <number> {OF}? mese {NEXT}", numbered_next_month),
    ],
    "to_hour": [
        ("to|till|until|a <number|clock|dotted> !<month>", lambda *_: True), ("am|pm", lambda *_: True),
    ],
    "week": [
        (f"la|nella? {NEXT} {WEEK}", week(1)), (f"{NEXT} {WEEK}", week(1)), (f"{WEEK} {NEXT}", week(1)),
        (f"{WEEK} che viene", week(1)), (f"{WEEK} entrante", week(1)), ("settimana dopo la prossima", week(2)),
        ("week after next", week(2)), (f"{THIS} {WEEK}", week(0)), ("settimana corrente", week(0)),
        ("in settimana", week(0)),
    ],
    "certain_weekday": [
        (f"<weekday> {NEXT}", next_weekday), (f"{NEXT} <weekday>", next_weekday),
        (f"<weekday> <part> {NEXT}", next_weekday), ("<weekday> che viene", next_weekday),
        (f"<weekday> {OF}? la? <week>", weekday_in),
        (f"<weekday> {OF}? la? {WEEK} dopo", lambda today, day: weekday_in(today, day, week(1)(today))),
        ("<weekday> il|the|l|di? <date>", weekday_on),
        ("<weekday> <dm>", lambda today, day, dm: weekday_on(today, day, digits_dated(today, dm))),
        ("<weekday> il|the|l? <number> !<noun> !<to_hour>", weekday_numbered),
        (f"<weekday> {IN} <count> {WEEK}", lambda today, day, n: weekday_in(today, day, week(n)(today))),
    ],
    "day": [
        ("<weekday> <number> e|ed|and <weekday> <number> !<noun>", weekdays_numbered),
        ("spostat|spostata|spostato|spostati|rinviata|rinviato|anticipata|anticipato|rimandata|rimandato dal <number> al <number>",
         lambda today, _, last: numbered(today, last)),
        ("<certain_weekday>", same), ("il|la|al|alla|nel|l|di|del|della|dell|per|on|for|of <certain_weekday>", same),
        ("oggi|today", after(0)), ("in giornata", after(0)), ("domani|tomorrow", after(1)),
        ("dopodomani|postdomani", after(2)), ("domani l altro", after(2)), ("on? <weekday> week", week_after_coming), ("dopo domani", after(2)), ("the? day after tomorrow", after(2)),
        ("oggi a otto", after(7)), ("domani a otto", after(8)),
        ("domattina|domanimattina|domanimatina", after(1, "mattina")), ("domanipomeriggio", after(1, "pomeriggio")),
        ("oggipomeriggio", after(0, "pomeriggio")),
        ("domansera|domanisera", after(1, "sera")), ("<today_part>", today_part),
        ("la|nella|di|per? notte tra|fra|di <weekday> e|su <weekday>", night_between),
        (f"la|nella|di|per? notte tra|fra|dal il? <number> e|al il? <number> {OF}? <month>", night_numbered),
        ("la|nella|di|per? notte tra|fra|dal|tra il|il? <weekday> <number> e|al il|il? <weekday> <number>", night_dated),
        (f"{THIS} <part>", today_part),
        ("oggi|today <part>", today_part), (f"{THIS}? <weekday>", coming), ("di|per|on|for|of <weekday>", coming),
        ("il|la|al|alla|nel|nella|dell|del|della|l <weekday>", that_weekday),
        ("<week> di|il|la|on|per? <weekday>", weekday_in_turned), ("<date>", same), ("<numbered>", same),
        ("il|al? giorno prima di|del|dell|della? <date>", day_before),
        ("il|al? giorno dopo di|il|l|la? <date>", day_behind),
        ("il|la|the? <weekday> dopo|after di? <date>", weekday_after),
        ("il|la|the? <weekday> prima|before di|del|dell? <date>", weekday_before),
        ("<every_weekday> appointment|visit|booking|request|one|babysitter|carer", coming),
        ("del|di giorno|mattino|mattina dopo|seguente|successivo|successiva", lambda today: Days()),
        ("il|per|per|di|del? giorno|giorni <number> !<noun>", numbered), ("giorno <date>", same),
        ("il|l|la|dell <date>", same),
        (f"{IN} <count> {DAY}", in_days), (f"{IN} <count> {WEEK}", in_weeks),
        (f"{IN} <count> mese|mesi|month|months", in_months), (f"<count> {DAY} da|from oggi|adesso|ora|now|today", in_days),
        (f"<count> {WEEK} da|from oggi|adesso|ora|now|today", in_weeks),
        (f"{IN} <count> {WEEK} di|il|on? <weekday>", lambda today, n, day: weekday_in(today, day, week(n)(today))),
        (f"<ordinal> <weekday> {OF} <of_month>", ordinal_weekday), (f"ponte {OF}? <date>", bridge_of), ("the? <date> bridge", bridge_of),
        
        ("ponte del|dell <number>", lambda today, n: bridge_of(today, numbered(today, n))),
        (f"ponte {OF} i <date>", bridge_of),
        ("<weekday> scorso|scorsa|passato|passata", gone), ("scorso|scorsa|last <weekday>", gone),
        (f"{WEEK} scorsa|passata", gone), (f"last|scorsa {WEEK}", gone), ("ieri|yesterday", gone), ("mese scorso", gone),
        ("l altro ieri", gone), ("altro ieri", gone), ("ieri <part>", gone), (f"<count> {DAY} fa|ago", gone),
        (f"<count> {WEEK} fa|ago", gone), ("<count> mesi|mese|anni|anno|ore|ora fa", gone),
        ("vacanze di|del|per natale|pasqua|carnevale|estate", vague), ("vacanze natalizie|pasquali|estive", vague),
        ("tra natale e capodanno|epifania|befana", vague), ("christmas|easter holidays|holiday|break", vague),
        ("durante|sotto natale|pasqua", vague), ("a|per|durante natale|carnevale", vague),
        ("a|per pasqua", lambda today: Days(next_feast(today, 0))), ("capodanno", new_year), ("buon natale", gone),
        ("buona pasqua", gone), ("buon anno", gone), ("prima di|del|dell|della <day>", vague),
        ("da? dopo il|l|la|le|lo? <date|numbered>", later_than), ("after <date>", later_than),
        ("da? dopo le|la? vacanze|feste di? natale|natalizie?", later_than_christmas), ("per|for <date>", same),
    ],
    "day_part": [
        ("<day> di|in|nel|nella|la|al|il|in|verso|per? <part>", with_part),
        ("in|nella|nel|la|il|di <part> di|del|della <day>", lambda today, part, day: day._replace(part=part)),
        ("<part> di|del|della|dell <day>", lambda today, part, day: day._replace(part=part)),
    ],
    "range": [
        (f"da|dal|from? <weekday> <number> {TO} al? <weekday> <number> {OF}? <month> <year>?", named_between),
        ("da qui a|al|alla|all <day>", until_day), ("prossimi|prossime <number> <weekday>", vague),
        ("<slash> di? <month> <year>?", slash_of),
        ("dal|dall|da|from <number> al|all|a|fino|to al? <date>", number_to_date),
        ("<week>", same), ("resto della? questa|mia? settimana corrente?", week(0)),
        ("resto di questa settimana", week(0)), (f"<week> dal|da|tra|from|dalla <weekday> {TO} al? <weekday>", weekdays_of),
        ("<week> tra <weekday> e <weekday>", weekdays_of),
        (f"dal|da|from|tra|dalla <weekday> {TO} al? <weekday> della|di|of? <week>",
         lambda today, a, b, week: weekdays_of(today, week, a, b)),
        (f"{WEEK} {OF} <date|numbered>", week_of), ("week of the? <date|numbered>", week_of),
        (f"<ordinal> {WEEK} {OF}? <of_month>", ordinal_week),
        (f"a|in|per? <whole_month> la? <ordinal> {WEEK}", week_of_month),
        (f"{WEEKEND} {OF} <date>", weekend_of), (f"fine settimana {OF} <date>", weekend_of),
        (f"week end {OF} <date>", weekend_of), ("<whole_month> dal <number> !<noun>", month_from),
        (f"<weekday> il|the? <number> e|ed|and il|la? <weekday>? il? <number> {OF}? <month> <year>?", named_two),
        (f"<ordinal> e|ed la? <ordinal> {WEEK} {OF} <of_month>", two_weeks),
        (f"<ordinal> {WEEK} e|ed la? <ordinal> {OF} <of_month>", two_weeks),
        (f"prime <number> {WEEK} {OF} <of_month>", lambda today, n, month: ordinal_weeks(today, 1, n, month)),
        (f"prime <number> {OF} <month>",
         lambda today, n, month: ordinal_weeks(today, 1, n, named_month(today, month))),
        (f"ultime <number> {WEEK} {OF} <of_month>", lambda today, n, month: ordinal_weeks(today, -1, n, month)),
        (f"{WEEKEND}", weekend(0)), ("fine settimana", weekend(0)), ("week end", weekend(0)),
        (f"{THIS} {WEEKEND}", weekend(0)), (f"{THIS} fine settimana", weekend(0)), (f"{THIS} week end", weekend(0)),
        (f"{NEXT} {WEEKEND}", next_weekend), (f"{NEXT} fine settimana", next_weekend), (f"{NEXT} week end", next_weekend),
        (f"{WEEKEND} {NEXT}", next_weekend), (f"fine settimana {NEXT}", next_weekend), (f"week end {NEXT}", next_weekend),
        (f"{WEEKEND} dopo il prossimo", weekend(2)), (f"{WEEKEND} della? {NEXT} settimana", weekend(1)),
        (f"fine {OF} {NEXT} settimana", vague),
        (f"{WEEK} dal|da <number> {TO} <number> {OF}? <month> <year>?", numbers_between),
        (f"<number> to|till|through the? <number> {OF}? <month> <year>?", numbers_between),
        (f"dal|dall|dai|da|from <number> {TO} al? <number> {OF}? <month> <year>?", numbers_between),
        (f"tra|fra|between il|the? <number> e|and il|the? <number> {OF}? <month> <year>?", numbers_between),
        (f"dal|tra|da? il? <span> {OF}? <month> <year>?", span_of),
        ("<month> tra|dal? il? <span> <year>?", span_of_turned), (f"dal|dall|da <day> {TO} al|alla|a|the? <day>", between),
        (f"from <day> {TO} <day>", between), ("tra|fra|between <day> e|and <day>", between), ("<date> - <date>", between),
        (f"<date|certain_weekday> al|fino|to|until|till|through al|alla|a? <date|certain_weekday>", between),
        ("<weekday> - <weekday>", weekly_between), (f"dal <number> {TO} al? <number> !<noun>", numbers_next),
        (f"dal|tra <span> {OF} <month>", span_of),
        (f"dal|da <number> {TO} al? <number> il|del|nel? mese {NEXT}", numbers_next_month),
        (f"dal|da <number> {TO} al? <number> il|del|nel? {NEXT} mese", numbers_next_month),
        (f"dal|tra <span> il|del|nel? {NEXT} mese", span_next_month),
        ("da|dal|dall|dalla|from|starting|since <day>", from_day),
        ("dal <number> !<noun>", lambda today, n: from_day(today, numbered(today, n) or VAGUE)),
        ("a partire|cominciare da|dal|dalla|dall <day>", from_day),
        ("a partire|cominciare dal <number> !<noun>", lambda today, n: from_day(today, numbered(today, n) or VAGUE)),
        ("dalla|a? partire? dalla? <week>", from_day),
        ("fino|sino|entro|until|till|by a|al|all|alla|ad|il|l|la? <day>", until_day),
        ("fino|sino|entro al|il <number> !<noun>", lambda today, n: until_day(today, numbered(today, n) or VAGUE)),
        ("fino|sino|entro a|al|alla? fine di|del? <of_month>", until_day),
        ("until|till the? end of? <of_month>", until_day), ("until|till <month>", until_month),
        ("fino|sino|entro a|alla? fine dell? anno", until_year_ends), ("fino|sino a|al <month>", until_month),
        ("fino|sino|entro a? la? <range>", until_day),
        ("a|in|nel|per|tutto|durante|di|during mese? di? <whole_month>", named_month), ("<whole_month>", named_month),
        ("in|during <english_month>", named_month), (f"{NEXT} <whole_month>", named_month),
        ("<whole_month> prossimo", named_month), ("a|per|in|tra|di|fra? <whole_month> e|and <whole_month>", two_months),
        ("da|dal|from <whole_month> a|al|ad|to|until|fino al|a? <whole_month>", two_months),
        ("da|dal|from <whole_month|english_month>", from_month), ("a? partire da <whole_month>", from_month),
        (f"il|l|i|nei|per? <number> e|ed|o il|l? <number> {OF}? <month> <year>?", two_numbers),
        (f"il|l|i? <number> <number> e|ed il|l? <number> {OF}? <month>", three_numbers), (f"{NEXT} mese|month", next_month),
        (f"mese {NEXT}", next_month), ("fine|inizio|meta|end|beginning di|del|of|the? <of_month>", vague),
        ("fine mese", vague), ("fine anno", vague), (f"i|gli|negli|nei|ai? primi|primissimi|ultimi|inizi giorni? {OF} <of_month>", vague),
        ("prima|seconda meta di <month>", vague), (f"fine|inizio|meta {OF} <week>", vague),
        (f"i? prossimi|next <number> {DAY}", next_days(1)), (f"prossime|next <number> {WEEK}", next_days(7)),
        (f"dal|da|from <day> per|for <count> {DAY}", day_lasting(1)),
        (f"dal|da|from <day> per|for <count> {WEEK}", day_lasting(7)), (f"<count> {DAY} dal|da|from <day>", lasting_day(1)),
        (f"<count> {WEEK} dal|da|from <day>", lasting_day(7)),
        ("dalla|da prossima settimana", lambda today: from_day(today, week(1)(today))),
    ],
}
