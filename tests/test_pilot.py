"""Loading a pilot: what is wrong is said all at once and nothing is loaded; what is right is loaded once."""

import re
import shutil
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import pilot
from actions import loading
from models import (
    TABLES, Company, Coordination, Coordinator, Coverage, Employee, Event, Holiday, Instance, Membership, Message,
    Opening, Operator, Phone, Project, Service, db,
)

AT = datetime(2026, 12, 1, 8, 0, tzinfo=timezone.utc)
SMALL = Path(__file__).parent / "data" / "pilot_small"


@pytest.fixture
def small(tmp_path):
    """A right little pilot, to be spoilt."""
    return Path(shutil.copytree(SMALL, tmp_path / "pilot"))


def spoil(folder, file, old, new, encoding="utf-8"):
    """Write `new` for the first `old` of a file."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_bytes(text.replace(old, new, 1).encode(encoding))


def add(folder, file, *lines):
    """More rows at the end of a file."""
    with open(folder / file, "a", encoding="utf-8") as text:
        text.writelines(f"{line}\n" for line in lines)


def rows_kept():
    """How many rows each table holds."""
    return {table: table.select().count() for table in TABLES}


def contents():
    """Every row of every table."""
    return {table: list(table.select().order_by(table.id).dicts()) for table in TABLES}


# ---------------------------------------------------------------- what is wrong

WRONG = [
    # file, what stands there, what is written instead: row, column, found, expected
    ("aziende.csv", "Osio Sotto", "Osio Soto", 2, "comune", "«Osio Soto» (forse Osio Sotto?)", "un comune di comuni"),
    ("coperture.csv", "osio sotto", "Fara", 4, "territori", "«Fara»", "ambito:NOME"),
    ("coperture.csv", "ambito:Dalmine", "ambito:Dalmina", 2, "territori", "«Dalmina»", "ambito:NOME"),
    ("turni.csv", "016153", "016999", 3, "comune", "«016999»", "un comune di comuni.csv"),
    ("servizi.csv", '"22,00"', "ventidue", 2, "prezzo", "«ventidue»", "euro"),
    ("servizi.csv", '"22,00"', "-22", 2, "prezzo", "«-22»", "euro"),
    ("servizi.csv", '"22,00"', '"22,005"', 2, "prezzo", "«22,005»", "euro"),
    ("progetti.csv", "40000,50", "40.000", 2, "contributo_max", "«40.000»", "senza separatore delle migliaia"),
    ("operatori.csv", "333 0000501", "035 0000501", 2, "telefono", "un numero fisso", "un cellulare italiano"),
    ("lavoratori.csv", "333 0000512", "+44 7700 900000", 4, "telefono", "un numero estero", "un cellulare italiano"),
    ("coordinatori.csv", "333 0000521", "chiamami", 2, "telefono", "«chiamami»", "un cellulare italiano"),
    ("cooperative.csv", "035 0000501", "boh", 2, "telefono", "«boh»", "un numero di telefono"),
    ("cooperative.csv", "SCOGLIO", "ONDA", 3, "codice", "«ONDA», già alla riga 2", "una riga sola"),
    ("comuni.csv", "Osio Sopra", "Osio Sotto", 3, "nome", "«Osio Sotto», già alla riga 2", "una riga sola"),
    ("operatori.csv", "333 0000502", "+39 3330000501", 3, "cooperativa + telefono", "già alla riga 2", "una riga sola"),
    ("lavoratori.csv", "Grace", "GIANNI", 3, "azienda + nome + telefono", "già alla riga 2", "una riga sola"),
    ("coperture.csv", "SCOGLIO,BS", "ONDA,BS", 3, "cooperativa + servizio + territori", "già alla riga 2", "una riga"),
    ("partner.csv", "LAGO", "MARE", 2, "progetto", "«MARE»", "un codice di progetti.csv"),
    ("servizi.csv", ",LAGO", ",MARE", 3, "progetto", "«MARE»", "un codice di progetti.csv"),
    ("operatori.csv", "SCOGLIO", "scoglio", 4, "cooperativa", "«scoglio»", "un codice di cooperative.csv"),
    ("lavoratori.csv", "51038", "52171", 4, "azienda", "«52171»", "un codice di aziende.csv"),
    ("partner.csv", "ruolo,", "ruoli,", 1, "ruolo", "nessuna colonna", "la colonna"),
    ("festivi.csv", "cooperativa", "coop", 1, "coop", "una colonna sconosciuta", "data, nome, progetto"),
    ("comuni.csv", "istat,", "istat,nome,", 1, "nome", "la stessa colonna due volte", "una colonna sola"),
    ("aziende.csv", "Remi e Vele", '"=HYPERLINK(""x"")"', 2, "nome", "una formula: «=HYPERLINK(\"x\")»", "un valore"),
    ("aziende.csv", "Remi e Vele", " @SUM(A1)", 2, "nome", "una formula: «@SUM(A1)»", "non una formula"),
    ("progetti.csv", "2026-01-15", "2026-02-29", 2, "inizio", "«2026-02-29»", "una data che esiste"),
    ("progetti.csv", "2026-01-15", "15/01/26", 2, "inizio", "«15/01/26»", "una data che esiste"),
    ("progetti.csv", "2026-01-15", "+14", 2, "inizio", "«+14»", "una data che esiste"),
    ("progetti.csv", "30/06/2027", "01/01/2026", 2, "fine", "resto della riga", "una data dopo l'inizio"),
    ("aziende.csv", "48291", "48292", 2, "codice", "«48292»", "cifra di controllo"),
    ("servizi.csv", "50,5,f-bis", "150,5,f-bis", 2, "quota_progetto", "«150»", "da 0 a 100"),
    ("aziende.csv", ",20\n", ",20%\n", 3, "quota_azienda", "«20%»", "da 0 a 100"),
    ("operatori.csv", "no,si", "no,forse", 3, "va", "«forse»", "si o no"),
    ("operatori.csv", "no,si", "no,no", 3, "va", "resto della riga", "si"),
    ("partner.csv", "capofila", "capo", 2, "ruolo", "«capo»", "finanziatore, gestore, capofila"),
    ("servizi.csv", ",ora,", ",minuto,", 2, "unita", "«minuto»", "ora, giornata"),
    ("servizi.csv", "figli,app", "nipoti,app", 2, "bisogno", "«nipoti»", "figli, anziani, tempo, ascolto"),
    ("servizi.csv", "appuntamento", "chiamata", 2, "modo", "«chiamata»", "appuntamento, turno, orientamento"),
    ("servizi.csv", "eta;numero", "eta;salute", 2, "domande", "«eta;salute»", "eta, autonomia, numero"),
    ("servizi.csv", ",baby-sitting,", ",baby-sitting a casa,", 2, "nome_sms", "19 caratteri", "al più 16 caratteri"),
    ("servizi.csv", ",baby-sitting,", ",babysitting…,", 2, "nome_sms", "un SMS semplice", "al più 16 caratteri"),
    ("servizi.csv", "corsa,38.5,1,120", "corsa,38.5,1,", 3, "durata_min", "resto della riga", "la durata in minuti"),
    ("cooperative.csv", "L'Onda", "", 2, "nome", "una cella vuota", "un testo"),
    ("cooperative.csv", "L'Onda", '"L\'On\nda"', 2, "nome", "un a capo", "su una riga sola"),
    ("cooperative.csv", "L'Onda", "o" * 256, 2, "nome", "256 caratteri", "al più 255"),
    ("cooperative.csv", "onda@example.org", "onda@example.org,di più", 2, "", "6 celle, l'ultima «di più»", "5 celle"),
    ("cooperative.csv", "L'Onda", '"L"Onda', 2, "", "un file che non è CSV", "virgolette"),
    ("turni.csv", "2027-03-27,08:30,09.30", "2027-03-28,02:30,09.30", 2, "dalle", "resto della riga", "cambia l'ora"),
    ("turni.csv", "09.30", "08.30", 2, "alle", "resto della riga", "un'ora dopo"),
    ("turni.csv", "09.30", "24:00", 2, "alle", "«24:00»", "un'ora, come"),
    ("turni.csv", "12,4", "3,4", 2, "minimo", "resto della riga", "non più dei posti"),
    ("turni.csv", "26/03/2027", "27/03/2027", 2, "chiude", "resto della riga", "prima dell'inizio"),
    ("lavoratori.csv", ",it,", ",de,", 2, "lingua", "«de»", "it, en"),
]


@pytest.mark.parametrize("file,old,new,row,column,found,expected", WRONG, ids=lambda value: str(value)[:20])
def test_a_wrong_cell_is_named_by_its_place_and_in_words(app, small, file, old, new, row, column, found, expected):
    spoil(small, file, old, new)

    report = pilot.load(small, AT)

    [error] = [error for error in report.errors if (error.file, error.row, error.column) == (file, row, column)]
    assert found in error.found and expected in error.expected
    assert not report.lines and not any(rows_kept().values())


def test_all_errors_are_said_at_once_and_nothing_of_a_half_right_pilot_is_loaded(app, small):
    spoil(small, "servizi.csv", '"22,00"', "ventidue")
    spoil(small, "servizi.csv", "48,baby", "presto,baby")
    spoil(small, "aziende.csv", "Osio Sotto", "Osio")
    spoil(small, "operatori.csv", "333 0000501", "035 0000501")
    spoil(small, "turni.csv", "ST-2", "ST-1")

    errors = pilot.load(small, AT).errors

    assert [(error.file, error.row, error.column) for error in errors] == [
        ("aziende.csv", 2, "comune"), ("operatori.csv", 2, "telefono"), ("servizi.csv", 2, "prezzo"),
        ("servizi.csv", 2, "preavviso_ore"), ("turni.csv", 3, "codice")]
    assert not any(rows_kept().values())
    assert str(errors[2]) == ("servizi.csv, riga 2, colonna prezzo: trovato «ventidue»; serve euro con la virgola o il "
                              "punto e senza separatore delle migliaia, come 1250,50.")


def test_a_file_of_another_encoding_is_named_with_its_byte_and_starts_no_avalanche(app, small):
    spoil(small, "comuni.csv", "Osio Sopra", "Osiò Sopra", encoding="latin-1")

    [error] = pilot.load(small, AT).errors

    assert (error.file, error.row, error.column) == ("comuni.csv", 2, "")
    assert error.found == "il byte 0xf2 alla posizione 28, che non è UTF-8"
    assert error.expected == "un file salvato in UTF-8"


def test_an_error_in_a_row_does_not_make_its_code_unknown_elsewhere(app, small):
    spoil(small, "progetti.csv", "2026-01-15", "ieri")
    assert [error.column for error in pilot.load(small, AT).errors] == ["inizio"]


def test_a_file_nobody_knows_is_an_error_and_a_note_is_not(app, small):
    (small / "note.md").write_text("da leggere")
    assert not pilot.load(small, AT, dry_run=True).errors
    (small / "Servizi.csv").write_text("codice\n")
    (small / "vecchi.xlsx").write_bytes(b"PK")

    errors = pilot.load(small, AT).errors

    assert [error.file for error in errors] == ["Servizi.csv", "vecchi.xlsx"]
    assert all("servizi.csv" in error.expected for error in errors)


def test_a_folder_that_is_not_there_or_empty_is_an_error(app, tmp_path):
    assert "una cartella" in pilot.load(tmp_path / "nowhere", AT).errors[0].expected
    (tmp_path / "empty").mkdir()
    assert "senza file" in pilot.load(tmp_path / "empty", AT).errors[0].found


def test_a_missing_file_matters_only_to_those_who_refer_to_it(app, small):
    (small / "cooperative.csv").unlink()
    (small / "festivi.csv").unlink()

    errors = pilot.load(small, AT).errors

    assert {error.file for error in errors} == {"operatori.csv", "coperture.csv", "turni.csv"}
    assert "«ONDA» (cooperative.csv non c'è)" in {error.found for error in errors}


def test_what_is_loaded_already_may_be_referred_to(app, small):
    pilot.load(small, AT)
    for file in ("progetti.csv", "comuni.csv", "cooperative.csv", "consorzi.csv", "servizi.csv", "aziende.csv"):
        (small / file).unlink()
    add(small, "operatori.csv", "ONDA,Dalia,333 0000504,,si,si")

    report = pilot.load(small, AT)

    assert not report.errors
    assert "operatori: 1 nuove, 0 cambiate, 3 uguali" in report.lines


def test_a_name_that_another_comune_has_already_is_refused(app, small):
    pilot.load(small, AT)
    spoil(small, "comuni.csv", "016153,Osio Sotto", "016154,Osio Sotto")

    errors = pilot.load(small, AT).errors

    assert ("comuni.csv", 3, "nome") in [error[:3] for error in errors]
    assert "già caricato come 016153" in errors[0].found


def test_one_coordinator_is_the_same_person_in_all_her_projects(app, small):
    add(small, "progetti.csv", "MARE;Prova;X00D00000000008;2026-01-15;2027-06-30;1;2;500;035 0000500;lun-ven 9-12")
    add(small, "coordinatori.csv", "Paola Altra,paola@example.org,333 0000521,MARE,settimanale,no")

    [error] = pilot.load(small, AT).errors

    assert error[:3] == ("coordinatori.csv", 3, "nome + telefono")
    assert "altro alla riga 2" in error.found


# ---------------------------------------------------------------- what is right

def test_a_pilot_of_either_separator_money_and_date_is_loaded_as_it_says(app, small):
    assert not pilot.load(small, AT).errors

    project = Project.get()
    assert (project.grant_max_cents, project.total_cost_cents, project.person_year_cents) == (4000050, 6000050, 50000)
    assert (project.starts_on, project.ends_on) == (date(2026, 1, 15), date(2027, 6, 30))
    escort = Service.get(code="AC")
    assert (escort.price_cents, escort.duration_min, escort.project) == (3850, 120, project)
    assert Service.get(code="BS").keywords == ["baby sitter", "tata"]
    assert Service.get(code="BS").questions == ["eta", "numero"]
    assert [operator.phone.number for operator in Operator.select().where(Operator.goes & ~Operator.answers)] == [
        "+393330000502"]
    assert Coordinator.get().email == "paola@example.org"
    assert Coordination.get().on_duty
    assert {(holiday.project_id, holiday.cooperative and holiday.cooperative.code) for holiday in Holiday.select()} == {
        (project.id, None), (None, "ONDA")}
    assert {firm.code: firm.share_percent for firm in Company.select()} == {"48291": 0, "51038": 20}
    assert {membership.from_on for membership in Membership.select()} == {project.starts_on}


def test_coverage_reads_names_codes_and_whole_areas(app, small):
    pilot.load(small, AT)
    covered = [(row.cooperative.code, row.service.code, row.municipality.name, row.rank) for row in Coverage.select()]
    assert sorted(covered) == [
        ("ONDA", "BS", "Fara Gera d'Adda", 1), ("ONDA", "BS", "Osio Sopra", 1), ("ONDA", "BS", "Osio Sotto", 1),
        ("SCOGLIO", "AC", "Osio Sotto", 1), ("SCOGLIO", "BS", "Osio Sotto", 2)]


# ---------------------------------------------------------------- a project's limits

def with_settings(folder, **cells):
    """The pilot's project with these columns too."""
    names, values = ";".join(cells), ";".join(map(str, cells.values()))
    spoil(folder, "progetti.csv", "telefono;orari_telefono", f"telefono;orari_telefono;{names}")
    spoil(folder, "progetti.csv", "lun-ven 9-12", f"lun-ven 9-12;{values}")


LIMITS = {
    "ore_promemoria": ("reminder_hours", 2), "ore_coordinatore": ("coordinator_hours", 5), "ore_prossima": ("next_hours", 9),
    "ore_presa_coordinatore": ("taken_coordinator_hours", 7), "ore_presa_prossima": ("taken_next_hours", 11),
    "ore_disdetta_gratis": ("cancel_free_hours", 0), "ore_proposta": ("proposal_hours", 36),
    "ore_prima_proposta": ("proposal_before_hours", 3), "giri_controproposta": ("counter_rounds", 2),
    "ore_urgente": ("urgent_within_hours", 24), "minuti_urgente": ("urgent_minutes", 45),
    "ore_proposta_urgente": ("urgent_proposal_hours", 6), "parole_urgenze": ("urgent_words", "Guardia medica: 116117."),
}


def limits_of(project):
    """A project's limits by the names of the file."""
    return {name: getattr(project, field) for name, (field, _value) in LIMITS.items()}


def test_every_limit_of_a_project_can_be_set_by_its_file(app, small):
    settings = {name: value for name, (_field, value) in LIMITS.items()}
    with_settings(small, **settings)

    assert not pilot.load(small, AT).errors

    assert limits_of(Project.get()) == settings


def test_a_project_that_says_no_limits_has_the_usual_ones(app, small):
    pilot.load(small, AT)
    assert limits_of(Project.get()) == limits_of(Project())


def test_a_limit_that_the_file_does_not_say_stays_as_it_was_set(app, small):
    with_settings(small, ore_prossima=30, parole_urgenze="Chiama il 116117.")
    pilot.load(small, AT)
    spoil(small, "progetti.csv", ";30;Chiama il 116117.", ";;")
    spoil(small, "progetti.csv", "ore_prossima;parole_urgenze", "ore_promemoria;parole_urgenze")

    report = pilot.load(small, AT)

    assert "progetti: 0 nuove, 0 cambiate, 1 uguali" in report.lines
    assert (Project.get().next_hours, Project.get().urgent_words) == (30, "Chiama il 116117.")


def test_projects_of_one_file_may_each_say_other_limits(app, small):
    with_settings(small, ore_prossima="")
    add(small, "progetti.csv", "MARE;Prova;X00D00000000008;2026-01-15;2027-06-30;1;2;500;035 0000500;lun-ven 9-12;40")
    assert not pilot.load(small, AT).errors
    assert {project.code: project.next_hours for project in Project.select()} == {"LAGO": 24, "MARE": 40}


def test_a_dry_run_says_that_a_limit_would_change_and_leaves_it(app, small):
    pilot.load(small, AT)
    with_settings(small, ore_prossima=30)
    assert "progetti: 0 nuove, 1 cambiate, 0 uguali" in pilot.load(small, AT, dry_run=True).lines
    assert Project.get().next_hours == 24
    pilot.load(small, AT)
    assert Event.select().order_by(Event.id.desc()).get().after == "next_hours"


@pytest.mark.parametrize("column,cell,found,expected", [
    ("ore_promemoria", "0", "«0»", "un numero intero da 1 a 90"),
    ("ore_prossima", "2,5", "«2,5»", "un numero intero da 1 a 180"),
    ("minuti_urgente", "5", "«5»", "un numero intero da 10 a 240"),
    ("giri_controproposta", "-1", "«-1»", "un numero intero da 0 a 5"),
    ("ore_proposta", "due", "«due»", "un numero intero da 1 a 240"),
    ("parole_urgenze", "o" * 61, "61 caratteri", "al più 60 caratteri semplici"),
    ("parole_urgenze", "Chiama «116117»", "un SMS semplice", "al più 60 caratteri semplici"),
    ("ore_promemoria", "9", "resto della riga", "al più 8, come ore_coordinatore"),
    ("ore_coordinatore", "25", "resto della riga", "al più 24, come ore_prossima"),
    ("ore_presa_coordinatore", "17", "resto della riga", "al più 16, come ore_presa_prossima"),
])
def test_a_limit_that_cannot_be_is_named_in_words(app, small, column, cell, found, expected):
    with_settings(small, **{column: cell})

    [error] = pilot.load(small, AT).errors

    assert (error.file, error.row, error.column) == ("progetti.csv", 2, column)
    assert found in error.found and expected in error.expected


def test_limits_are_compared_with_those_that_are_set_already(app, small):
    with_settings(small, ore_prossima=30)
    pilot.load(small, AT)
    spoil(small, "progetti.csv", "ore_prossima", "ore_coordinatore")
    spoil(small, "progetti.csv", "9-12;30", "9-12;29")
    assert not pilot.load(small, AT).errors     # more than the usual 24, not more than the 30 that are set
    spoil(small, "progetti.csv", "9-12;29", "9-12;31")

    [error] = pilot.load(small, AT).errors

    assert (error.column, error.expected) == ("ore_coordinatore", "al più 30, come ore_prossima")


def test_an_opening_keeps_its_local_hours_across_the_change_of_clock(app, small):
    pilot.load(small, AT)
    before, after = Opening.select().order_by(Opening.code)
    assert before.starts_at == datetime(2027, 3, 27, 7, 30, tzinfo=timezone.utc)
    assert after.starts_at == datetime(2027, 3, 29, 6, 30, tzinfo=timezone.utc)
    assert before.closes_at == datetime(2027, 3, 26, 23, 0, tzinfo=timezone.utc)   # the whole day, until midnight
    assert after.closes_at == datetime(2027, 3, 27, 11, 0, tzinfo=timezone.utc)


def test_days_from_today_are_for_a_demonstration_only_and_count_in_local_days(app, small):
    spoil(small, "progetti.csv", "2026-01-15", "-300")
    late = datetime(2026, 12, 1, 23, 30, tzinfo=timezone.utc)   # already the 2nd in Bergamo
    assert pilot.load(small, late).errors
    assert not pilot.load(small, late, demo=True).errors
    assert Project.get().starts_on == date(2026, 12, 2) - timedelta(days=300)


def test_a_list_of_people_is_loaded_sealed_with_a_word_each_and_nothing_is_sent(app, small):
    pilot.load(small, AT)

    people = list(Employee.select().order_by(Employee.id))
    assert [(person.first_name, person.language) for person in people] == [
        ("Gianni", "it"), ("Grace", "en"), ("Gianni", "it")]
    assert not any(person.joined_at or person.approved_at or person.notice_at for person in people)
    assert people[0].phone == people[1].phone and people[0].word != people[1].word
    assert people[0].name_mark == people[2].name_mark and len(people[0].name_mark) == 64
    assert not re.search("Gianni|grace", repr(db.execute_sql("SELECT * FROM employee").fetchall()))
    assert Message.select().count() == 0
    assert Phone.get(number="+393330000511").stopped_at is None


# ---------------------------------------------------------------- again

@pytest.mark.both_engines
def test_loading_twice_changes_nothing(app, small):
    pilot.load(small, AT)
    before = contents()

    report = pilot.load(small, AT + timedelta(days=1))

    assert contents() == before
    assert all(" 0 nuove, 0 cambiate" in line for line in report.lines)


@pytest.mark.both_engines
def test_a_dry_run_says_what_would_change_and_changes_nothing(app, small):
    first = pilot.load(small, AT, dry_run=True)
    assert not any(rows_kept().values())
    assert pilot.load(small, AT).lines == first.lines

    spoil(small, "cooperative.csv", "L'Onda", "Onda Nuova")
    before = contents()
    assert "cooperative: 0 nuove, 1 cambiate, 1 uguali" in pilot.load(small, AT, dry_run=True).lines
    assert contents() == before


def test_a_changed_row_is_updated_where_it_differs_and_an_event_says_by_whom(app, small):
    pilot.load(small, AT)
    Service.update(office="scritto alla scrivania").where(Service.code == "AC").execute()
    spoil(small, "servizi.csv", '"22,00"', '"23,50"')
    (small / "servizi.csv").write_text((small / "servizi.csv").read_text().replace("AC,Acc", "AC,Ac"))
    before = Event.select().count()

    report = pilot.load(small, AT)

    assert "servizi: 0 nuove, 2 cambiate, 2 uguali" in report.lines
    assert Service.get(code="BS").price_cents == 2350
    events = list(Event.select().order_by(Event.id).offset(before))
    assert [(event.role, event.verb, event.subject, event.after) for event in events] == [
        ("command", "load", "service", "price_cents"), ("command", "load", "service", "name office")]


def test_a_row_that_left_the_file_is_reported_and_stays(app, small):
    pilot.load(small, AT)
    spoil(small, "servizi.csv", "\nSA,", "\nSB,")
    spoil(small, "lavoratori.csv", "51038,Gianni,333 0000512,,\n", "")

    report = pilot.load(small, AT)

    left = "; 1 già caricate e non nel file, lasciate come sono"
    assert f"servizi: 1 nuove, 0 cambiate, 3 uguali{left}: SA" in report.lines
    gone = Employee.get(Employee.phone == Phone.get(number="+393330000512"))
    assert f"lavoratori: 0 nuove, 0 cambiate, 2 uguali{left}: n. {gone.id}" in report.lines
    assert Service.select().count() == 5


def test_a_firm_that_changes_project_belongs_to_one_at_a_time(app, small):
    pilot.load(small, AT)
    add(small, "progetti.csv", "MARE;Prova;X00D00000000008;2026-01-15;2027-06-30;1;2;500;035 0000500;lun-ven 9-12")
    spoil(small, "aziende.csv", "Remi e Vele,LAGO", "Remi e Vele,MARE")

    report = pilot.load(small, AT)

    assert "aziende: 0 nuove, 1 cambiate, 1 uguali" in report.lines
    before, now = Membership.select().where(Membership.company == Company.get(code="48291")).order_by(Membership.id)
    assert (before.project.code, before.to_on) == ("LAGO", date(2026, 11, 30))
    assert (now.project.code, now.from_on, now.to_on) == ("MARE", date(2026, 12, 1), None)


def test_who_has_joined_is_found_again_and_keeps_what_she_said(app, small):
    pilot.load(small, AT)
    listed = Employee.get(Employee.language == "en")
    Employee.update(joined_at=AT, language="it", first_name="Gracie").where(Employee.id == listed.id).execute()
    Employee.create(company=Company.get(code="51038"), phone=Phone.get(number="+393330000512"), first_name="nora",
                    word="prato", joined_at=AT)
    add(small, "lavoratori.csv", "51038,Nora,333 0000512,it,")

    report = pilot.load(small, AT)

    assert "lavoratori: 0 nuove, 0 cambiate, 4 uguali" in report.lines
    assert (Employee.get_by_id(listed.id).language, Employee.get_by_id(listed.id).first_name) == ("it", "Gracie")


def test_a_number_that_stopped_messages_is_still_stopped_after_loading(app, small):
    Phone.create(number="+393330000511", stopped_at=AT, how="text", language="en")
    pilot.load(small, AT)
    phone = Phone.get(number="+393330000511")
    assert (phone.stopped_at, phone.language) == (AT, "en")
    assert Employee.select().where(Employee.phone == phone).count() == 2


def test_a_database_is_marked_as_a_demonstration_once(app):
    loading.mark_demonstration(AT)
    loading.mark_demonstration(AT)
    assert [instance.demonstration for instance in Instance.select()] == [True]
    assert Event.select().where(Event.verb == "mark_demonstration").count() == 1
