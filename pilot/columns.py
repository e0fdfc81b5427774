"""The files of a pilot as a table one can read aloud: each file, its columns, what each holds and where it is kept."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Callable

import models
from rules import hours

from .kinds import (
    AMOUNT, ANY_PHONE, CLOCK, COMUNE, COUNT, DATE, DAY_AND_HOUR, EMAIL, ISTAT, JOIN_CODE, KEEP, MOBILE, MONEY, PERCENT,
    POINTS, SMS_NAME, SMS_WORDS, TERRITORIES, TEXT, WORDS, YES_NO, Kind, between, code_of, one_of, or_empty, some_of,
)

UNITS = ("ora", "giornata", "settimana", "notte", "corsa", "pasto", "consegna", "cesto", "colloquio")
ROLES = ("finanziatore", "gestore", "capofila", "ente", "associazione", "consorzio")


class Wrong(Exception):
    """A row whose cells are right one by one but not together: which column, and what it should hold."""

    def __init__(self, column, expected):
        super().__init__(expected)
        self.column, self.expected = column, expected


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, the model's field, the kind of its cells; `may_lack`: the file may lack it."""

    name: str
    field: str
    kind: Kind
    may_lack: bool = False


@dataclass(frozen=True)
class Sheet:
    """One file: its rows become rows of `model`; two rows with the same `key` are the same thing."""

    name: str
    model: type
    columns: tuple
    key: tuple
    together: Callable = lambda row: row    # looks at a whole row: may rewrite it, or raise Wrong
    unique: str = ""                        # another field of which no two rows may have the same
    same: tuple = ()                        # what rows that agree in the first field must agree in too

    @property
    def file(self):
        """The name on disk."""
        return f"{self.name}.csv"

    @property
    def names(self):
        """The columns' names in the file."""
        return [column.name for column in self.columns]

    @property
    def needed(self):
        """The fields that every right row has; those of settings it may leave as they are."""
        return {column.field for column in self.columns if column.kind.empty is not KEEP}

    def words(self, *fields):
        """How the file calls these fields."""
        return " + ".join(column.name for column in self.columns if column.field in fields)


def setting(name, field, kind):
    """A column that a file may lack: then, and where its cell is empty, what is set stays."""
    return Column(name, field, or_empty(kind, KEEP), may_lack=True)


# ---------------------------------------------------------------- cells that must agree

# limits of a project that follow each other: none may be later than the next one
IN_TURN = (
    (("ore_promemoria", "reminder_hours"), ("ore_coordinatore", "coordinator_hours")),
    (("ore_coordinatore", "coordinator_hours"), ("ore_prossima", "next_hours")),
    (("ore_presa_coordinatore", "taken_coordinator_hours"), ("ore_presa_prossima", "taken_next_hours")),
)


def project_is_possible(row):
    """A project ends after it starts; who is reminded, told and asked next, in this order."""
    if row["ends_on"] <= row["starts_on"]:
        raise Wrong("fine", "una data dopo l'inizio")
    # a limit that the file leaves as it is counts as it is: by default, or as the project has it already
    here = models.Project.get_or_none(models.Project.code == row["code"]) or models.Project()
    for (name, field), (later_name, later_field) in IN_TURN:
        later = row.get(later_field, getattr(here, later_field))
        if row.get(field, getattr(here, field)) > later:
            raise Wrong(name, f"al più {later}, come {later_name}")
    return row


def service_is_whole(row):
    """An appointment needs an end, so a unit that is no hour needs a duration; signposting needs an office."""
    if row["mode"] == "appuntamento" and row["unit"] != "ora" and not row["duration_min"]:
        raise Wrong("durata_min", "la durata in minuti di una unità che non è un'ora")
    if row["mode"] == "orientamento" and not row["office"]:
        raise Wrong("ufficio", "l'ufficio a cui si è orientati, con i suoi orari")
    return row


def operator_does_something(row):
    """An operator answers, goes, or both."""
    if not (row["answers"] or row["goes"]):
        raise Wrong("va", "si, se la persona non risponde alle richieste")
    return row


def opening_in_moments(row):
    """The day and its local hours as moments; a group cannot be larger than its places, nor close after the start."""
    on, closes_on, closes = row.pop("on"), *row.pop("closes")
    row["starts_at"] = _moment(on, row.pop("starts"), "dalle")
    row["ends_at"] = _moment(on, row.pop("ends"), "alle")
    row["closes_at"] = _closing(closes_on, closes)
    if row["ends_at"] <= row["starts_at"]:
        raise Wrong("alle", "un'ora dopo quella di inizio")
    if row["closes_at"] > row["starts_at"]:
        raise Wrong("chiude", "un momento prima dell'inizio del turno")
    if row["minimum"] > row["places"]:
        raise Wrong("minimo", "non più dei posti")
    return row


def _closing(on: date, clock: time):
    if clock == time.max:  # a day alone: closed when it is over
        return _moment(on + timedelta(days=1), time(0), "chiude")
    return _moment(on, clock, "chiude")


def _moment(on, clock, column):
    try:
        return hours.moment(on, clock)
    except hours.NoSuchHour:
        raise Wrong(column, "un'ora che quel giorno esiste (quella notte cambia l'ora)") from None


# ---------------------------------------------------------------- the files, in the order in which they are loaded

SHEETS = (
    Sheet("progetti", models.Project, key=("code",), together=project_is_possible, columns=(
        Column("codice", "code", TEXT),
        Column("nome", "name", TEXT),
        Column("cup", "cup", TEXT),
        Column("inizio", "starts_on", DATE),
        Column("fine", "ends_on", DATE),
        Column("contributo_max", "grant_max_cents", MONEY),
        Column("costo_totale", "total_cost_cents", MONEY),
        Column("massimale_persona_anno", "person_year_cents", MONEY),
        Column("telefono", "phone", ANY_PHONE),
        Column("orari_telefono", "phone_hours", TEXT),
        setting("ore_promemoria", "reminder_hours", between(1, 90)),
        setting("ore_coordinatore", "coordinator_hours", between(1, 90)),
        setting("ore_prossima", "next_hours", between(1, 180)),
        setting("ore_presa_coordinatore", "taken_coordinator_hours", between(1, 90)),
        setting("ore_presa_prossima", "taken_next_hours", between(1, 180)),
        setting("ore_disdetta_gratis", "cancel_free_hours", between(0, 90)),
        setting("ore_proposta", "proposal_hours", between(1, 240)),
        setting("ore_prima_proposta", "proposal_before_hours", between(0, 72)),
        setting("giri_controproposta", "counter_rounds", between(0, 5)),
        setting("ore_urgente", "urgent_within_hours", between(1, 168)),
        setting("minuti_urgente", "urgent_minutes", between(10, 240)),
        setting("ore_proposta_urgente", "urgent_proposal_hours", between(1, 24)),
        setting("parole_urgenze", "urgent_words", SMS_WORDS),
    )),
    Sheet("partner", models.Partner, key=("project", "name"), columns=(
        Column("progetto", "project", code_of("progetti")),
        Column("nome", "name", TEXT),
        Column("ruolo", "role", one_of(*ROLES)),
        Column("cofinanziamento", "cofinancing_cents", or_empty(MONEY, 0)),
    )),
    Sheet("comuni", models.Municipality, key=("istat",), unique="name", columns=(
        Column("istat", "istat", ISTAT),
        Column("nome", "name", TEXT),
        Column("ambito", "ambito", TEXT),
    )),
    Sheet("consorzi", models.Consortium, key=("code",), columns=(
        Column("codice", "code", TEXT),
        Column("nome", "name", TEXT),
    )),
    Sheet("cooperative", models.Cooperative, key=("code",), columns=(
        Column("codice", "code", TEXT),
        Column("nome", "name", TEXT),
        Column("consorzio", "consortium", or_empty(code_of("consorzi"), None)),
        Column("telefono", "phone", ANY_PHONE),
        Column("email", "email", EMAIL),
    )),
    Sheet("operatori", models.Operator, key=("cooperative", "phone"), together=operator_does_something, columns=(
        Column("cooperativa", "cooperative", code_of("cooperative")),
        Column("nome", "name", TEXT),
        Column("telefono", "phone", MOBILE),
        Column("email", "email", or_empty(EMAIL)),
        Column("risponde", "answers", YES_NO),
        Column("va", "goes", YES_NO),
    )),
    Sheet("servizi", models.Service, key=("code",), together=service_is_whole, columns=(
        Column("codice", "code", TEXT),
        Column("nome", "name", TEXT),
        Column("nome_en", "name_en", TEXT),
        Column("nome_sms", "sms_name", SMS_NAME),
        Column("bisogno", "need", one_of("figli", "anziani", "tempo", "ascolto")),
        Column("modo", "mode", one_of("appuntamento", "turno", "orientamento")),
        Column("unita", "unit", one_of(*UNITS)),
        Column("prezzo", "price_cents", MONEY),
        Column("minimo", "minimum", AMOUNT),
        Column("durata_min", "duration_min", or_empty(AMOUNT, None)),
        Column("preavviso_ore", "notice_hours", COUNT),
        Column("parole_chiave", "keywords", or_empty(WORDS, [])),
        Column("quota_progetto", "project_percent", PERCENT),
        Column("iva", "vat_percent", PERCENT),
        Column("tuir", "tuir", or_empty(TEXT)),
        Column("sensibile", "sensitive", YES_NO),
        Column("domande", "questions", or_empty(some_of("eta", "autonomia", "numero"), [])),
        Column("ufficio", "office", or_empty(TEXT)),
        Column("ufficio_telefono", "office_phone", or_empty(ANY_PHONE)),
        Column("ufficio_email", "office_email", or_empty(EMAIL)),
        Column("progetto", "project", or_empty(code_of("progetti"), None), may_lack=True),
    )),
    Sheet("coperture", models.Coverage, key=("cooperative", "service", "municipality"), columns=(
        Column("cooperativa", "cooperative", code_of("cooperative")),
        Column("servizio", "service", code_of("servizi")),
        Column("territori", "municipality", TERRITORIES),  # one row of the file, a row of the table for each comune
        Column("ordine", "rank", AMOUNT),
    )),
    Sheet("aziende", models.Company, key=("code",), columns=(
        Column("codice", "code", JOIN_CODE),
        Column("nome", "name", TEXT),
        Column("progetto", "project", code_of("progetti")),
        Column("comune", "municipality", COMUNE),
        Column("associazione", "association", or_empty(TEXT)),
        Column("dipendenti", "declared", AMOUNT),
        Column("referente", "contact", or_empty(TEXT)),
        Column("email", "contact_email", or_empty(EMAIL)),
        Column("telefono", "contact_phone", or_empty(ANY_PHONE)),
        Column("contributo_annuo", "contribution_cents", or_empty(MONEY, 0)),
        Column("quota_azienda", "share_percent", or_empty(PERCENT, 0)),
    )),
    Sheet("lavoratori", models.Employee, key=("company", "name", "phone"), columns=(
        Column("azienda", "company", code_of("aziende")),
        Column("nome", "name", TEXT),
        Column("telefono", "phone", MOBILE),
        Column("lingua", "language", or_empty(one_of("it", "en"), "it")),
        Column("email", "email", or_empty(EMAIL, None)),
    )),
    Sheet("coordinatori", models.Coordination, key=("email", "project"), same=("email", "name", "phone"), columns=(
        Column("nome", "name", TEXT),
        Column("email", "email", EMAIL),
        Column("telefono", "phone", MOBILE),
        Column("progetto", "project", code_of("progetti")),
        Column("riepilogo", "rhythm", one_of("giornaliero", "settimanale")),
        Column("reperibile", "on_duty", YES_NO),
    )),
    Sheet("festivi", models.Holiday, key=("on", "name", "project", "cooperative"), columns=(
        Column("data", "on", DATE),
        Column("nome", "name", TEXT),
        Column("progetto", "project", or_empty(code_of("progetti"), None)),
        Column("cooperativa", "cooperative", or_empty(code_of("cooperative"), None)),
    )),
    Sheet("chiusure", models.SchoolClosure, key=("on",), columns=(
        Column("data", "on", DATE),
        Column("nome", "name", TEXT),
    )),
    Sheet("turni", models.Opening, key=("code",), together=opening_in_moments, columns=(
        Column("codice", "code", TEXT),
        Column("servizio", "service", code_of("servizi")),
        Column("cooperativa", "cooperative", code_of("cooperative")),
        Column("data", "on", DATE),
        Column("dalle", "starts", CLOCK),
        Column("alle", "ends", CLOCK),
        Column("luogo", "place", TEXT),
        Column("comune", "municipality", COMUNE),
        Column("posti", "places", AMOUNT),
        Column("minimo", "minimum", AMOUNT),
        Column("chiude", "closes", DAY_AND_HOUR),
        Column("raccolta", "collection", or_empty(POINTS, []), may_lack=True),
    )),
)

SHEET = {sheet.name: sheet for sheet in SHEETS}
