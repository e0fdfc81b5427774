"""Mistyped words made whole: only those that are near one word that matters here, and are no word themselves."""

from functools import lru_cache

from texting.lexicon import READS, SHORT
from texting.phrases import kept, phrases
from texting.spelling import Spelling
from texting.tokens import Token

# Worth mending: the words of days and parts of day, and those that name what is asked for.
TIMES = """
    lunedi martedi mercoledi giovedi venerdi sabato domenica domani dopodomani mattina mattinata pomeriggio stasera
    stanotte stamattina settimana settembre ottobre novembre dicembre gennaio febbraio prossima prossimo mezzogiorno
    aprile maggio giugno luglio agosto marzo notte martedi weekend immacolata ferragosto tomorrow monday tuesday wednesday thursday saturday sunday afternoon evening
""".split()
SERVICES = """
    spesa pasto scuola estivo mensa sitter babysitter babysitting stireria stirare camicie biancheria doposcuola compiti badante assistenza domiciliare
    compagnia accompagnare accompagnamento ospedale visita terapia dialisi fisioterapia trasporto passaggio farmacia
    farmaci medicine commissioni psicologa psicologo pedagogista adolescente caregiver orientamento invalidita
    contributi assistente sociale bambini bambino bambina suocera nonna anziana anziano notturna supermercato prelievo
    urgente emergenza annullare annulla disdire annullamento ambulanza grazie pasti pranzo ironing hospital spostare
    confermo richiamatemi chiamatemi operatore appuntamento richiesta autosufficiente
""".split()


@lru_cache
def known_words() -> frozenset:
    """Words that are right as they are: every one the readings know, and ordinary ones beside them."""
    ours = (phrases(name).vocabulary for name in ("services", "intents"))
    listed = _listed("common", "common", "english", "italian", "ordinary")
    places = _listed("places", "ordinary", "first names", "titles", "streets")
    return frozenset().union(*ours, READS, SHORT, SHORT.values(), listed, places)


def _listed(file, *sections):
    return {word for section in sections for line in kept(file)[section] for word in line.split()}


@lru_cache
def _spelling():
    return Spelling([*TIMES, *SERVICES])


def mended(row: list[Token], catalogue) -> list[Token]:
    """The row with its slips mended; names of comuni and a pilot's own words stay as they are."""
    return [_mended(token, catalogue) for token in row]


def _mended(token, catalogue):
    word = token.word
    if len(word) < 5 or token.reads or _is_right(word, catalogue):
        return token
    near = _spelling().near(word)
    return token if not near else Token(token.raw, near, token.start, token.end, READS.get(near, {}), token.before)


def _is_right(word, catalogue):
    return (word in known_words() or word in catalogue.gazetteer.heads or word in catalogue.offer.vocabulary
            or _begins_as_known(word))


def _begins_as_known(word):
    """Whether a phrase knows this word by its beginning, as "stirat*" knows "stirate"."""
    return any(word[:length] in phrases(name).prefixes for name in ("services", "intents")
               for length in phrases(name).lengths if 4 <= length <= len(word))
