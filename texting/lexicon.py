"""The words of time and number, Italian and English, as people write them: what each may be read as."""

WEEKDAYS = {
    1: "lunedi lun lune lunedì monday mon luned lunidi",
    2: "martedi mart marte tuesday tue tues marted",
    3: "mercoledi merc merco mercole wednesday wed mercoled mercoldi mercledi",
    4: "giovedi giov gio giove thursday thu thur thurs gioved",
    5: "venerdi ven vene vener venardi friday fri venerd vendredi",
    6: "sabato sab saturday sat sabto sabbato",
    7: "domenica dom domen sunday sun domenca",
}
EVERY_WEEKDAY = {
    1: "mondays", 2: "tuesdays", 3: "wednesdays", 4: "thursdays", 5: "fridays", 6: "saturdays sabati",
    7: "sundays domeniche",
}
MONTHS = {
    1: "gennaio genn gen january jan", 2: "febbraio febb feb february", 3: "marzo marz mar march",
    4: "aprile apr april", 5: "maggio magg mag may", 6: "giugno giu june jun", 7: "luglio lugl lug july jul",
    8: "agosto ago aug august", 9: "settembre settem sett set september sep sept", 10: "ottobre ott october oct",
    11: "novembre nov november", 12: "dicembre dic december dec",
}
WHOLE_MONTHS = {
    1: "gennaio", 2: "febbraio", 3: "marzo", 4: "aprile", 5: "maggio", 6: "giugno", 7: "luglio", 8: "agosto",
    9: "settembre", 10: "ottobre", 11: "novembre", 12: "dicembre",
}
ENGLISH_MONTHS = {
    1: "january", 2: "february", 3: "march", 4: "april", 5: "may", 6: "june", 7: "july", 8: "august",
    9: "september", 10: "october", 11: "november", 12: "december",
}
PARTS = {
    "mattina": "mattina mattino mattinata mattine matt mattin morning mornings am_",
    "pomeriggio": "pomeriggio pomeriggi pom pome pomer pomerig afternoon afternoons",
    "sera": "sera serata sere evening evenings",
    "notte": "notte nottata notti night nights",
}
TODAY_PARTS = {
    "mattina": "stamattina stamani stamane", "pomeriggio": "stopomeriggio",
    "sera": "stasera tonight tonite", "notte": "stanotte",
}
NUMBERS = {
    "uno": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9, "dieci": 10,
    "undici": 11, "dodici": 12, "tredici": 13, "quattordici": 14, "quindici": 15, "sedici": 16, "diciassette": 17,
    "diciotto": 18, "diciannove": 19, "venti": 20, "ventuno": 21, "ventidue": 22, "ventitre": 23, "ventiquattro": 24,
    "venticinque": 25, "ventisei": 26, "ventisette": 27, "ventotto": 28, "ventinove": 29, "trenta": 30, "trentuno": 31,
    "trentacinque": 35, "quaranta": 40, "quarantacinque": 45, "cinquanta": 50, "cinquantacinque": 55,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "quattr": 4,
}
YEARS = {f"duemila{word}": 2000 + value for word, value in NUMBERS.items() if value > 9} | {"duemilaventi": 2020}
ORDINALS = {
    "primo": 1, "prima": 1, "first": 1, "secondo": 2, "seconda": 2, "second": 2, "terzo": 3, "terza": 3, "third": 3,
    "quarta": 4, "fourth": 4, "quinta": 5, "ultimo": -1, "ultima": -1, "last": -1,
}
# Nouns that a number counts: "2 ceste", "3 anni", "il 2 piano" are no days and no hours.
COUNTED = """
    orette oretta minuto minuti min giorno giorni gg settimana settimane mese mesi anno anni annetti volta volte
    hour hours hrs minutes day days week weeks month months year years times time
    cesta ceste cesto cesti cestini camicia camicie camice pantaloni maglie lenzuola capi kg kili chili chilo
    bambino bambini bambina bambine bimbo bimbi bimba bimbe figlio figli figlia figlie gemelli ragazzi ragazze
    persona persone fratelli sorelle maschi femmine nipoti nipotini
    kid kids child children baskets basket shirts meals meal
    pasto pasti pranzi cene posto posti giro giri euro eur piano euri km metri classe elementare media medie superiore
    borsa borse sacchetti buste ricette farmaci scatole
""".split()

# How people shorten what they write.
SHORT = {
    "fno": "fino", "finp": "fino", "fin": "fino", "sab": "sabato", "x": "per", "coi": "con", "col": "con", "cn": "con", "nn": "non", "ke": "che", "k": "che", "xke": "perche",
    "xche": "perche", "perke": "perche", "cmq": "comunque", "dmn": "domani", "dmni": "domani", "dmani": "domani",
    "domni": "domani", "domai": "domani", "doma": "domani", "dopodom": "dopodomani", "dopodmn": "dopodomani",
    "prox": "prossimo", "pross": "prossimo", "prossm": "prossimo", "stamatt": "stamattina", "stasra": "stasera",
    "pmg": "pomeriggio", "pomerigio": "pomeriggio", "pomeridiano": "pomeriggio", "pomerriggio": "pomeriggio",
    "mattna": "mattina", "matina": "mattina", "notre": "notte", "bb": "bimbo", "bby": "bimbo", "qlc": "qualcuno",
    "qlcn": "qualcuno", "qlcuno": "qualcuno", "qualcno": "qualcuno", "qcn": "qualcuno", "anke": "anche",
    "grz": "grazie", "graz": "grazie", "sn": "sono", "tt": "tutti", "tutt": "tutti", "risp": "risposta",
    "msg": "messaggio", "mex": "messaggio", "app": "appuntamento", "appunt": "appuntamento", "pls": "please",
    "plz": "please", "tmrw": "tomorrow", "tmw": "tomorrow", "tomorow": "tomorrow", "tommorow": "tomorrow",
    "tommorrow": "tomorrow", "thx": "thanks", "u": "you", "ogi": "oggi", "pò": "po", "ospedal": "ospedale",
}


def _reads():
    reads = {}

    def add(kind, table):
        for value, words in table.items():
            for word in words.split():
                reads.setdefault(word, {})[kind] = value

    add("weekday", WEEKDAYS), add("every_weekday", EVERY_WEEKDAY), add("month", MONTHS)
    add("whole_month", WHOLE_MONTHS), add("part", PARTS)
    add("english_month", ENGLISH_MONTHS), add("today_part", TODAY_PARTS)
    for kind, table in (("number", NUMBERS), ("year", YEARS), ("ordinal", ORDINALS)):
        for word, value in table.items():
            reads.setdefault(word, {})[kind] = value
    for word in COUNTED:
        reads.setdefault(word, {})["counted"] = True
    reads["mar"]["weekday"] = 2     # "mar 15" is a Tuesday, "15 mar" is March
    reads["mer"] = {"weekday": 3}
    for word in ("un", "una", "a", "an"):
        reads.setdefault(word, {})["one"] = 1
    return reads


READS = _reads()
