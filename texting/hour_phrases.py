"""The phrases of hours, windows and lengths, each beside what it makes."""

from texting.clock import (
    Clock,
    Hours,
    afternoon,
    and_minutes,
    bare_span,
    ending,
    exact,
    fixed,
    hours_and_half,
    hours_long,
    in_hours,
    less_minutes,
    minus,
    minutes_long,
    morning,
    number,
    plus,
    spanned,
    spanned_part,
    starting,
    sure_number,
    together,
    window,
    with_part,
)

OF_PART = "di|della|del|la|in|nel|nella"
AT = "alle|all|ale|ore|ora|h|le|at|delle|dell|@"
FROM, TO = "dalle|dall|dale|from|dala", "alle|all|ale|fino|to|till|until|e|and|a|al"
HOUR_WORDS = "ora|ore|h|hours|hour|hrs|orette|oretta|oret"


def one(_):
    """"all'una"."""
    return Clock(1)


def exact_morning(_, clock):
    """"8:30 am"."""
    return morning(_, Clock(*clock))


def exact_afternoon(_, clock):
    """"3:30 pm"."""
    return afternoon(_, Clock(*clock))


def number_morning(_, hour):
    """"9 am"."""
    return morning(_, Clock(hour)) if hour <= 12 else None


def number_afternoon(_, hour):
    """"3 pm"."""
    return afternoon(_, Clock(hour)) if hour <= 12 else None


def apart(_, hour, minutes):
    """"8 30"; "15 18" are two hours, if anything."""
    return Clock(hour, int(minutes)) if hour <= 24 and (minutes == "00" or 25 <= int(minutes) < 60) else None


def exact_start(_, clock):
    """"facciamo 10.30"."""
    return Hours(start=Clock(*clock))


def dotted_hour(_, clock):
    """"10.30" with nothing around it: only the quarters of an hour."""
    return Clock(*clock) if clock[1] % 15 == 0 and clock[0] < 24 else None


def from_noon(_):
    """"da mezzogiorno"."""
    return Hours(start=Clock(12, 0, True))


def hours_from(_, begins, ends):
    """"da 7 a 14"."""
    return window(_, Clock(begins), Clock(ends)) if 5 <= begins <= 24 and ends <= 24 and begins != ends else None


def same(_, value):
    """What was captured."""
    return value


TABLES = {
    "plain_hour": [
        ("<clock|dotted>", exact), ("<sure> !<noun>", sure_number), ("<number> !<noun>", number),
        ("<number> e mezza|mezzo|mezz|meza", plus(30)), ("una e mezza|mezzo", fixed(13, 30)),
        ("<number> e un? quarto", plus(15)), ("una e un quarto", fixed(13, 15)),
        ("<number> e tre quarti", plus(45)), ("<number> meno un? quarto", minus(15)),
        ("una meno un? quarto", lambda _: Clock(12, 45)), ("<number> meno <number>", less_minutes),
        ("<number> e <number> !<noun>", and_minutes), ("una e <number> !<noun>", lambda _, m: and_minutes(_, 1, m)),
        ("un? quarto alle <number>", minus(15)),
        ("<number> <digits> !<noun> !<month>", apart), ("half past <number>", plus(30)),
        ("quarter past <number>", plus(15)), ("a? quarter to <number>", minus(15)), ("<number> o clock", number),
        ("<number> h", number), ("<clock|dotted> h", exact), ("mezzogiorno|mezzodi|noon|midday", fixed(12)),
        ("mezzogiorno e mezzo|mezza", fixed(12, 30)), ("mezzanotte|midnight", fixed(0)),
        ("mezzanotte e mezza|mezzo", fixed(0, 30)),
    ],
    "hour": [
        ("<plain_hour>", same), (f"<plain_hour> {OF_PART} <part>", with_part),
        ("<plain_hour> in the <part>", with_part), ("<plain_hour> at <part>", with_part),
        ("<plain_hour> di questa|sta <part>", with_part), ("<plain_hour> am", morning), ("<plain_hour> a m", morning),
        ("<plain_hour> pm", afternoon), ("<plain_hour> p m", afternoon), ("<plain_hour> am|pm <part>", with_part),
        ("<plain_hour> <part>", with_part), ("<plain_hour> e qualcosa", same),
        ("<plain_hour> circa", same), ("<plain_hour> in punto", same),
    ],
    "said_hour": [
        (f"{AT} ore? h? <hour>", same), ("alle|dalle|le una !<noun>", one),
        ("all|dall|l|ll una", one), ("una e mezza", fixed(13, 30)),
        ("all|dall|l una di|del <part>", lambda _, part: Clock(1, 0, False, part)),
        ("a? mezzogiorno|mezzodi|noon|midday", fixed(12)), ("a? mezzanotte|midnight", fixed(0)),
        ("a? mezzogiorno e mezzo|mezza", fixed(12, 30)), ("<clock>", exact), ("<clock> di|del|della|in <part>", with_part),
        ("<clock> am", exact_morning), ("<clock> pm", exact_afternoon),
        ("<number> am", number_morning),
        ("<number> pm", number_afternoon),
        ("<number> a m", number_morning),
        ("<number> p m", number_afternoon),
        ("<dotted> am", exact_morning), ("<dotted> pm", exact_afternoon), ("<number> e mezza|mezz !<noun>", plus(30)),
        ("un? quarto alle <number>", minus(15)), ("<number> meno un? quarto", minus(15)),
        ("<number> e un? quarto", plus(15)),
        ("<number> di|della|del <part>", lambda _, n, part: Clock(n, 0, False, part) if n <= 12 else None),
        ("half past <number>", plus(30)), ("<number> o clock", number), ("quarter past <number>", plus(15)),
        ("a? quarter to <number>", minus(15)), (f"{AT} <hour> le|alle? <part>", with_part),
    ],
    "length": [
        (f"<count> {HOUR_WORDS}", hours_long), (f"<count> {HOUR_WORDS} e mezza|mezzo|mezz", hours_and_half),
        (f"<count> {HOUR_WORDS} and a half", hours_and_half), ("<number> and a half hours", hours_and_half),
        ("mezz|mezza ora|oretta", lambda _: Hours(minutes=30)), ("half an? hour", lambda _: Hours(minutes=30)),
        ("<number> minuti|min|minutes", minutes_long), ("un paio di? ore|orette", lambda _: Hours(minutes=120)),
        ("tre quarti d ora", lambda _: Hours(minutes=45)), (f"<number> o <number> {HOUR_WORDS}", lambda *_: Hours()),
        (f"<span> {HOUR_WORDS}", lambda *_: Hours()),
    ],
    "count": [
        ("<number>", same), ("<one>", same),
    ],
    "start": [
        ("<dotted_hour>", starting), ("facciamo|facciam|meglio|magari le <hour>", starting),
        ("facciamo|facciam|meglio|magari <clock|dotted>", exact_start), ("<said_hour>", starting),
        ("verso|circa|intorno|attorno|sulle|about|around <said_hour>", starting),
        ("sulle|verso <hour>", starting), ("alle|le circa|verso <hour>", starting), ("alle|ore circa <hour>", starting),
        ("per|x <said_hour>", starting), ("from|dalle|dall <said_hour>", starting),
        (f"{FROM} ore|h|circa|le|verso? <hour> in? poi?", starting), ("dall una in? poi?", lambda _: Hours(start=Clock(1))),
        ("da mezzogiorno", from_noon),
        ("da mezzogiorno in poi", from_noon),
        ("dopo|after|past le|l|the? <hour|said_hour>", starting), ("a partire|cominciare dalle|dall <hour>", starting),
        ("non prima delle|dell <hour>", starting), ("dopo mezzogiorno", from_noon),
        ("starting|beginning at|from <hour>", starting),
    ],
    "dotted_hour": [("<dotted> !<noun>", dotted_hour)],
    "end": [
        ("entro|prima le|delle|l|dell|di ore? <hour|said_hour>", ending),
        ("fino|sino|finoalle alle|a|all|le <hour|said_hour>", ending), ("non oltre|dopo le|l <hour>", ending),
        ("finoalle <hour>", ending), ("ritorno alle|all|verso|per le? <hour>", ending), ("no|not later than <hour|said_hour>", ending), ("<hour|said_hour> at the latest", ending),
        ("non piu tardi delle|dell <hour>", ending), ("al massimo alle|per|entro le? <hour>", ending), ("before|by|until|till <hour|said_hour>", ending),
        ("entro|fino|prima|before|by|until di|a? mezzogiorno|noon", lambda _: Hours(end=Clock(12, 0, True))),
    ],
    "window": [
        (f"{FROM} ore|h|le|circa? <hour> {TO} alle|alla|all|a|le|circa|ore|h? <hour>", window),
        (f"dalle|dall una e? mezza? {TO} alle|a|le? <hour>", lambda _, end: window(_, Clock(1), end)),
        ("dall una alle|all|a|fino alle|a? <hour>", lambda _, end: window(_, Clock(1), end)),
        (f"{FROM} <hour> all|fino|ll|al all? una", lambda _, start: window(_, start, Clock(1))),
        ("tra|fra le|l <hour> e|and le|l? <hour>", window), ("between <hour> and <hour>", window),
        ("dalle|ore|h|tra|alle|le|orario|orari|from <span>", spanned),
        ("dalle|ore|h|orario|tra|alle <slash>", lambda _, s: spanned(_, ((s[0], 0, False), (s[1], 0, False)))),
        (f"{FROM} <hour> <hour>", window), ("ore|h|orario <hour> alle|fino|a|to alle? <hour>", window),
        ("alle <hour> fino a? alle? <hour>", window),
        ("da mezzogiorno alle|a|fino alle? <hour>", lambda _, end: window(_, Clock(12, 0, True), end)),
        (f"{FROM} <hour> a|alle|fino a? mezzogiorno|noon", lambda _, start: window(_, start, Clock(12, 0, True))),
        (f"{FROM} <hour> a|alle|fino a? mezzanotte|midnight", lambda _, start: window(_, start, Clock(24, 0, True))),
        ("da mezzogiorno a mezzanotte", lambda _: window(_, Clock(12, 0, True), Clock(24, 0, True))),
        ("<clock|dotted> alle|a|fino|to|- alle? <clock|dotted>", lambda _, a, b: window(_, Clock(*a), Clock(*b))),
        ("da <number> a <number> !<noun> !<month>", hours_from), ("<number> a <number> !<noun> !<month>", hours_from),
        ("<clock> <clock>", lambda _, a, b: window(_, Clock(*a), Clock(*b))),
        ("<number> to|till <number> !<noun> !<month>",
         lambda _, a, b: window(_, Clock(a), Clock(b)) if max(a, b) <= 24 else None),
        ("<number> alle|fino alle? <hour> !<noun>", lambda _, a, end: window(_, Clock(a), end) if a <= 24 else None),
        ("<span> pm", spanned_part("pm")), ("<span> am", spanned_part("am")),
        ("<span> di|del|della|in <part>", spanned_part()), ("<span> <part>", spanned_part()),
        ("da|from <clock|dotted> a|to <clock|dotted>", lambda _, a, b: window(_, Clock(*a), Clock(*b))),
        ("from? <said_hour> to|until|till|fino|- alle|at? <said_hour|hour>", window),
        ("from? <number> to|until|till <said_hour>", lambda _, a, end: window(_, Clock(a), end) if a <= 24 else None),
        ("<span> !<noun> !<month>", bare_span),
    ],
    "hours": [
        ("h 24", lambda _: Hours()), ("24 ore su 24", lambda _: Hours()), ("24 su 24", lambda _: Hours()),
        ("<window|end|start>", same), ("per|x|for? <length>", same),
        ("<start> per|x|for? <length>", together), ("per|x|for? <length> <start>", together),
        ("per|x|for? <length> a? partire? <start>", together), ("tra|fra|in <length>", in_hours),
    ],
}
