"""What a text refuses: "venerdì non posso", "tranne il lunedì", "non alle 15"."""

import re

from texting.clock import Hours
from texting.days import Days

CANNOT = "(?:" + "|".join([
    r"non (?:posso|possiamo|riesco|riusciamo|ci sono|ci siamo|va bene|va piu bene|va|mi va(?: bene)?)",
    r"non ce la (?:faccio|facciamo)",
    r"non (?:mi e possibile|e possibile|sono disponibile|sono libera|sono libero|sono a casa|mi torna)", "non disponibile",
    r"(?:sono|ho) (?:impegnata|impegnato|un impegno|gia un impegno)", r"(?:mi )?e impossibile", "impossibile",
    r"(?:i )?(?:can t|cannot|cant|can not)", "doesn t work", "is no good", "not good", "no good", "not possible",
    "not available", "unavailable", r"no (?:posso|puo|possiamo|riesco)", r"(?:e|sarebbe) troppo (?:presto|tardi)",
    r"(?:is|s) too (?:early|late)"]) + ")"
BUSY = r"(?:lavoro|lavoriamo|sono al lavoro|sono via|sono fuori|siamo via)"
WORKS = re.compile(rf"(?:io )?{BUSY}")
BEHIND = re.compile(rf"^(?:(?:io|purtroppo|pero|mi spiace|invece|proprio) ){{0,2}}(?:{CANNOT}|{BUSY}|no(?= (?:posso|puo|possiamo|riesco|perche|xche|non|mi|ma|io|e|grazie|purtroppo|lavoro)\b|$))(?P<rest>(?: |$).*)")
RATHER_NOT = "|".join([r"^no", r"\bnon", r"\btranne", r"\beccetto", r"\bsalvo", r"\bescluso",
                       r"\binvece(?: di| del| che| delle| dell| della)",
                       r"\banziche",
                       r"\bal posto di", r"\bpiuttosto che", r"\bnot", r"\bexcept"])
BEFORE = re.compile(rf"(?:{CANNOT}(?: piu| per| di| il| l| make it| make| do it| do| come)?|{RATHER_NOT})"
                    r"(?: per| di| il| l| la| del| alle| a| on| at| le)?$")
# "non posso tenere i bambini venerdì" is why somebody is sought, no refusal
INFINITIVE = re.compile(r"^ (?:piu |io |proprio )?(?!fare\b|venire\b|esserci\b|farcela\b|mai\b)"
                        r"\w+(?:are|ere|ire|arla|arlo|arli|erla|erlo|irla|irlo|armi|erci|orre)\b")
# what somebody does at that hour, which is not when somebody is wanted: "torno alle 18", "lavoro fino alle 16"
ASIDE = re.compile(r"\b(?:lavora|lavorano|attacca|stacca|chiude|chiudono|apre|aprono|gioca|giocano|mio marito|mia moglie|"
                   r"torno|torniamo|rientro|rientriamo|finisco|finiamo|lavoro|lavoriamo|stacco|parto|esco|arrivo|"
                   r"attacco|"
                   r"sono fuori|sono al lavoro|esce|escono|finisce|finiscono|torna|tornano|rientra|rientrano|"
                   r"i work|i finish|i m back|finishes|comes out)(?: \w+){0,2}$")
COMES_OUT = re.compile(r"\b(?:esce|escono|comes out|come out)(?: \w+){0,2}$")
IS_AWAY = re.compile(r"\b(?:(?:sono|e|siamo|resto|rimango|ho il turno) (?:in|al|alla|dal|dalla|dall|di|a|via|"
                     r"fuori)\b(?! casa)|"
                     r"lavor\w+|i work|works)(?: \w+){0,4}$")
MUST = re.compile(r"^(?:io )?(?:sono (?:in|al|alla|a|dal|di)\b|devo|dobbiamo|deve|attacco|esco|usciamo|monto|smonto|finisco|parto|comincio|"
                  r"inizio|stacco|lavoro)\b")
AT_WORK = re.compile(r"\b(?:lavor\w+|turn[oi]|al lavoro|in servizio|orari[oi] di lavoro|work|works|shift|"
                     r"scuola|asilo|mensa|apert[oaie]|sono fuori|cantiere|(?:in|nell) ufficio|reparto|fabbrica|negozio)"
                     r"(?: \w+){0,2}$")
HOLIDAY = re.compile(r"\b(?:ferie|vacanza|vacanze|holiday|holidays)(?: (?:le|la|io|noi|lui|lei))*"
                     r"(?: (?:faccio|facciamo|ho|abbiamo|prendo))?"
                     r"(?: ad| a| in| dal| dall| dalla)?$")
GOODBYE = re.compile(r"\b(?:grazie|ciao|saluti|giornata|ok|si|perfetto|bene|thanks|bye)(?: mille| e| allora)*"
                     r"(?: ci (?:vediamo|sentiamo))? (?:a|see you)$")
SCHOOL = re.compile(r"\b(?:finisc\w+|inizi\w+|comincia\w*) (?:la |le )?(?:scuol[ae]|asilo|nido)(?: a| il| l| di)?$")
HAPPENED = re.compile(r"\b(?:ha|hanno|ho|e|abbiamo|sono) (?:\w+ )?\w+(?:at|it|ut|st|tt)[oaie]$")
TAKEN_BACK = re.compile(r"\b(?:anzi(?: no)?|cioe|ossia|ovvero|no scus\w+|scus\w+ no|volevo dire|volevo scrivere|cioe no|no cioe|mi correggo|"
                        r"pardon|"
                        r"ho sbagliato|mi son[o]? sbagliat\w|errore|sorry no|no sorry|no wait|i mean|i meant)\b")
WIDE = 6
OF = ("di", "del", "delle", "dell", "della")


def refused(row, mention, mentions) -> bool:
    """Whether this expression is refused: by the words behind it or before it, up to its neighbours."""
    ends = min((one.begin for one in mentions if one.begin >= mention.end), default=len(row))
    begins = max((one.end for one in mentions if one.end <= mention.begin), default=0)
    claimed = _claimed(row, begins, mention.begin) if begins else 0
    behind = " ".join(_words(row, mention.end, min(ends, mention.end + WIDE)))
    since = max(begins + claimed, _clause(row, mention.begin), mention.begin - WIDE)
    before = " ".join(_words(row, since, mention.begin + (row[mention.begin].word in OF)))
    found = BEHIND.search(behind)
    # "da gennaio lavoro", "alle 7. Io lavoro"
    signed = mention.end < len(row) and bool(row[mention.end].before.strip())
    if found and signed and re.match(r"no \w", found[0]):
        return False            # "at 9.30, no car"
    apart = row[mention.begin].word == "da" or mention.end < len(row) and bool(row[mention.end].before.strip())
    if found and not (apart and WORKS.match(behind)) and not INFINITIVE.search(found["rest"]):
        return not re.match(r"no (?:problem|grazie)", behind)
    return bool(BEFORE.search(before)) and not re.search(r"\bnon (?:solo|prima)$|perche no$", before)


def by_the_way(row, mention) -> bool:
    """Whether this is told by the way: the hour of something else, when school ends, a goodbye."""
    hour = isinstance(mention.said, Hours) and aside(row, mention)
    rises = isinstance(mention.said, Days) and RISES.search(" ".join(_words(row, mention.end, mention.end + 4)))
    ways = (ends_school, goodbye, happened, on_holiday, at_night_work, born, away_until)
    return hour or bool(rises) or any(is_so(row, mention) for is_so in ways)


def on_holiday(row, mention) -> bool:
    """Whether this is when somebody is on holiday: "le ferie le faccio ad agosto"."""
    since = max(_clause(row, mention.begin), mention.begin - WIDE)
    before = " ".join(_words(row, since, mention.begin))
    named = re.search(r"\b(?:ferie|on holiday)\b", before) and HOLIDAY.search(before)
    return isinstance(mention.said, Days) and bool(named)


GONE = re.compile(r"\b(?:via|fuori|trasferta|ferie|mare|montagna|malattia|ricoverat[oa]|camion|viaggio|away|abroad|(?:m|is|are) in \w+)"
                  r"(?: (?:per|da|dal|al|in|a|col|con|lavoro|work|for) ?\w*)?(?: fino| sino)?$")


def away_until(row, mention) -> bool:
    """Whether this is until when somebody is away: "mio marito è via fino al 15"."""
    before = " ".join(_words(row, max(_clause(row, mention.begin), mention.begin - WIDE), mention.begin))
    return isinstance(mention.said, Days) and not mention.said.first and bool(mention.said.last and GONE.search(before))


BORN = re.compile(r"\b(?:compie|compiono|compira|nat[oaie]|si spos\w+|scad\w+|turns)(?: \w+){0,4}$")


def born(row, mention) -> bool:
    """Whether this is a birthday, a wedding, a date by which something lapses."""
    before = " ".join(_words(row, max(_clause(row, mention.begin), mention.begin - WIDE), mention.begin))
    return isinstance(mention.said, Days) and bool(BORN.search(before))


def ends_school(row, mention) -> bool:
    """Whether this is when school ends or begins, and nothing that is asked for."""
    return bool(SCHOOL.search(" ".join(_words(row, max(0, mention.begin - WIDE), mention.begin))))


def happened(row, mention) -> bool:
    """Whether this is when something happened: "ha vomitato stanotte"."""
    before = " ".join(_words(row, max(0, mention.begin - 3), mention.begin))
    return row[mention.begin].word in ("stanotte", "stamattina") and bool(HAPPENED.search(before))


def corrected(row, mentions) -> list:
    """What is left when somebody takes back what was said before: "domani, anzi venerdì"."""
    place = taken_back(row)
    if not place:
        return mentions
    later = {type(one.said) for one in mentions if one.begin >= place}
    return [_bare_of_part(one, later) for one in mentions if one.begin >= place or type(one.said) not in later]


def outside(row, mentions) -> list:
    """What stands outside brackets, when days stand both in and out of them: "lunedì (il sabato ha calcio)"."""
    open_at, inside = False, set()
    for place, token in enumerate(row):
        open_at = "(" in token.before or open_at and ")" not in token.before
        inside |= {place} if open_at else set()
    within = [one for one in mentions if one.begin in inside and isinstance(one.said, Days)]
    without = [one for one in mentions if one.begin not in inside and isinstance(one.said, Days)]
    return [one for one in mentions if one not in within] if within and without else mentions


def _bare_of_part(one, later):
    return one._replace(said=one.said._replace(part=None)) if isinstance(one.said, Days) and str in later else one


def taken_back(row) -> int:
    """The place behind the last words that take back what stands before them; 0 if there are none."""
    found = [one for one in TAKEN_BACK.finditer(" ".join(_words(row, 0, len(row))))]
    return found[-1].string[:found[-1].end()].count(" ") + 1 if found and found[-1].start() else 0


def aside(row, mention) -> bool:
    """Whether this hour is that of something else, told by the way; a window said of it is wished for, but at work."""
    before = " ".join(_words(row, max(_clause(row, mention.begin), mention.begin - WIDE), mention.begin))
    behind = "" if mention.end < len(row) and row[mention.end].before.strip() else " ".join(_words(row, mention.end, mention.end + 2))
    if mention.said.start and mention.said.end:
        return bool(AT_WORK.search(before))
    away = mention.said.end and IS_AWAY.search(before)
    return bool(away or ASIDE.search(before) or mention.said.start and MUST.search(behind))


TOLD = re.compile(r"\b(?:torna|torno|tornano|torniamo|rientr\w+|parte|parto|partono|partiamo|opera|operan|operata|"
                  r"operato|pensione|compie|compiono|compleanno|dimess[oaie]|propost[oaie]|fissat[oaie]|chiamano|arrivano|"
                  r"successo|iniziat[oaie]|andat[oaie]|spostat[oaie] dal|"
                  r"trasferta|turno|turni|lavoro|lavora|lavoriamo|lavorano|aumenta|vedov[oa]|sposat[ioe]|nat[oa]|mort[oa]|"
                  r"partorit\w+|caduta|caduto|ricoverat[oa]|dimett\w+|esce)(?: \w+){0,4}$")
RISES = re.compile(r"^(?:\w+ ){1,3}(?:aumenta|aumentano|scade|scadono)\b")
FAMILY = "battesimo|matrimonio|compleanno|festa|comunione|cresima|funerale|saggio|partita"
TOLD_BEHIND = re.compile(r"^(?:(?:io|noi|lui|lei|mio marito|mia moglie|(?:il|la|l) \w+) )?(?:(?:sono|siamo|e) (?:dal|dall|dalla|in|via|fuori|di)\b|"
                         r"(?:parto|partiamo|vado|andiamo|lavoro|lavoriamo)\b|"
                         r"(?:ho|abbiamo|ha|hanno) (?!bisogno|urgenza|necessita|(?:\w+ ){0,2}(?:visit|risonan|esam|tac\b|ecogr|"
                         r"preliev|terapi|chemio|dialisi|fisio|controllo))|"
                         rf"(?:e|c e|ce|abbiamo|festeggiamo) (?:il|la|l|un|una) (?:{FAMILY})\b)")
WANTED = re.compile(r"\b(?:serve|servono|servirebbe|bisogno|cerco|cerchiamo|vorrei|vorremmo|need|potete|potreste|"
                    r"riuscite)\b")


SINCE = re.compile(r"\b(?:non|piange|vomita|tossisce|sta male|e malat[oa]|ha la febbre)(?: \w+){0,3}$")


def told(row, mention) -> bool:
    """Whether this is the day of something else, which matters only where no other day is said."""
    if not isinstance(mention.said, Days):
        return False
    if row[mention.begin].word in ("da", "dal", "dalla", "from"):
        # "da gennaio lavoro, mi serve il doposcuola il lunedì": from when on; "non dormo da domenica": since when
        return bool(SINCE.search(" ".join(_words(row, _clause(row, mention.begin), mention.begin))))
    since = max(_clause(row, mention.begin), mention.begin - WIDE)
    before = " ".join(_words(row, since, mention.begin))
    goes_on = mention.end < len(row) and not row[mention.end].before.strip(" '")
    behind = " ".join(_spoken(token) for token in row[mention.end:mention.end + 5]) if goes_on else ""
    return not WANTED.search(before) and bool(TOLD.search(before) or TOLD_BEHIND.search(behind))


def _spoken(token):
    """Its word, and "ed" for the "e" that joins, which is no "è"."""
    return "ed" if token.raw.lower() == "e" else token.word


def at_night_work(row, mention) -> bool:
    """Whether this is when somebody works: "la settimana prossima sono di notte"."""
    before = " ".join(_words(row, max(0, mention.begin - 2), mention.begin))
    return isinstance(mention.said, str) and bool(re.search(r"\b(?:sono|siamo|(?:lavor|smont|mont)\w+|turn[oi]|il turno)$", before))


def of_coming_out(row, mention) -> bool:
    """Whether this is the hour at which a child comes out of school: "esce alle 12.30"."""
    before = " ".join(_words(row, max(_clause(row, mention.begin), mention.begin - WIDE), mention.begin))
    return isinstance(mention.said, Hours) and bool(COMES_OUT.search(before))


def goodbye(row, mention) -> bool:
    """Whether this is "grazie, a lunedì"."""
    before = " ".join(_words(row, max(0, mention.begin - WIDE), mention.begin))
    return mention.end == len(row) and bool(GOODBYE.search(before))


def _claimed(row, begins, ends):
    """How many words behind the neighbour before refuse that one: "lunedì no martedì sì"."""
    found = BEHIND.search(" ".join(_words(row, begins, ends)))
    return len(found[0].removesuffix(found["rest"]).split()) if found else 0


def _clause(row, place):
    """Where the clause of this token begins: behind the last sign that parts one from another."""
    while place > 0 and not row[place].before.strip(" '\"("):
        place -= 1
    return place


def _words(row, begin, end):
    return [token.word for token in row[begin:end]]
