"""Where: comuni out of free text, in the demonstration's 62 and in Lombardia's 1,501, never a wrong one."""

import pytest
from readings import bergamo, lombardia, meaning


def place(text, known):
    """The comune a text names, the several it may be, or None."""
    return meaning(text, known()).get("place")


@pytest.mark.parametrize("known", [bergamo, lombardia])
@pytest.mark.parametrize(("text", "name"), [
    ("tata a Romano di Lombardia", "Romano di Lombardia"), ("tata a romano domani", "Romano di Lombardia"),
    ("TATA A ROMANO L.", "Romano di Lombardia"),
    ("tata a fara gera d adda", "Fara Gera d'Adda"), ("tata a Fara d'Adda", "Fara Gera d'Adda"),
    ("tata a fara geradadda", "Fara Gera d'Adda"),
    ("tata a fara olivana", "Fara Olivana con Sola"), ("tata osio sotto sabato", "Osio Sotto"),
    ("tata osiosotto", "Osio Sotto"), ("tata osio soto", "Osio Sotto"),
    ("tata ad Arzago d’Adda", "Arzago d'Adda"), ("tata ad azzano s.paolo", "Azzano San Paolo"),
    ("tata a torre de roveri", "Torre de' Roveri"),
    ("tata a trevilio", "Treviglio"), ("tata a Dalmin", "Dalmine"), ("tata, Comun Nuovo", "Comun Nuovo"),
    ("tata a Covo", "Covo"), ("tata a levate", "Levate"),
    ("tata abito a Calcio", "Calcio"), ("via Romano 12 Dalmine, tata", "Dalmine"),
    ("lavoro a Bergamo, tata a Zanica", "Zanica"), ("tata, non a Dalmine ma a Stezzano", "Stezzano"),
    ("accompagnare mamma da Verdello all'ospedale di Treviglio", "Verdello"),
    ("mamma abita a Lurano, visita a Bergamo", "Lurano")])
def test_a_comune_is_known_however_it_is_written(known, text, name):
    assert place(text, known) == name


@pytest.mark.parametrize("known", [bergamo, lombardia])
@pytest.mark.parametrize(("text", "names"), [
    ("tata a Fara", ["Fara Gera d'Adda", "Fara Olivana con Sola"]), ("fara", ["Fara Gera d'Adda", "Fara Olivana con Sola"]),
    ("tata a osio", ["Osio Sopra", "Osio Sotto"]), ("tata a Covo o Isso", ["Covo", "Isso"]),
    ("tata a dalmine o verdello", ["Dalmine", "Verdello"])])
def test_of_several_comuni_it_may_be_all_are_named(known, text, names):
    assert place(text, known) == names


@pytest.mark.parametrize("known", [bergamo, lombardia])
@pytest.mark.parametrize("text", [
    "mi fara sapere per la tata", "la farà domani la spesa", "portare mio figlio a calcio",
    "la signora Romano cerca badante", "sono Mario Albino, cerco badante",
    "tata in via Romano 3", "badante viale Dalmine 4", "badante vicino a Treviglio", "lavoro a Dalmine, cerco tata",
    "quanto costa la tata", "tata al posto della nonna",
    "badante per il ponte", "posto we kids x martedì grasso", "serate libere per la tata", "mi levate un dubbio sulla badante", "cerco tata albina",
    "passa il turno la badante", "visita all'ospedale di Treviglio",
    "tata pero solo domani", "torno tardi, cerco tata", "un mese di badante", "opera della badante", "cura della nonna",
    "è un bene la badante", "dello zio si occupa la badante"])
def test_words_surnames_streets_and_hospitals_are_no_comuni(known, text):
    assert place(text, known) is None


def test_every_name_that_is_loaded_is_understood_as_itself_or_with_its_namesakes():
    for known in (bergamo, lombardia):
        names = [one.name for ones in known().gazetteer.heads.values() for one in ones]
        for name in set(names):
            found = place(f"abito a {name}", known)
            assert found == name or (isinstance(found, list) and name in found), (name, found)


def test_no_name_is_read_as_another_when_a_letter_is_wrong():
    names = {one.name for ones in lombardia().gazetteer.heads.values() for one in ones}
    for name in sorted(names):
        if len(name) > 6 and " " not in name:
            slip = name[:3] + name[4] + name[3] + name[5:]
            found = place(f"abito a {slip}", lombardia)
            assert found in (None, name, slip) or isinstance(found, list) or slip in names, (name, slip, found)
