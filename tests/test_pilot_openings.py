"""Loading openings and school closures: collection points, who marks by when, and what people have booked stays as it was."""

import csv
import shutil
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from acts import now
from cast import booked, make_cast
from conftest import AT

import pilot
from actions import planning
from models import Event, Message, Opening, Place, SchoolClosure, ServiceRequest
from pilot.checking import check
from pilot.reading import read
from rules import hours

SMALL = Path(__file__).parent / "data" / "pilot_small"
COLUMNS = "codice,servizio,cooperativa,data,dalle,alle,luogo,comune,posti,minimo,chiude"
ROW = "RO-1,PA,MEL,2026-12-14,08:30,09:30,Cortile,Romano di Lombardia,12,4,2026-12-11 12:00"


@pytest.fixture
def small(tmp_path):
    """A right little pilot, to be spoilt."""
    return Path(shutil.copytree(SMALL, tmp_path / "pilot"))


@pytest.fixture
def booked_one(app, at, tmp_path):
    """A folder with one opening that is loaded, and in which Gianni holds two places; and the place."""
    cast = make_cast(at - timedelta(days=2))
    folder = tmp_path / "pilot"
    folder.mkdir()
    write(folder, ROW)
    assert pilot.load(folder, at).errors == []
    return folder, booked(cast, Opening.get(), units=2, at=at, answers={})


def write(folder, row, columns=COLUMNS):
    """One opening in a file of its own."""
    (folder / "turni.csv").write_text(f"{columns}\n{row}\n")


# ---------------------------------------------------------------- what is right

@pytest.mark.both_engines
def test_a_loaded_opening_is_asked_about_like_one_of_the_desk(app, small):
    pilot.load(small, AT)
    for opening in Opening.select():
        assert opening.mark_by == planning.mark_by(opening.ends_at) and opening.collection == []


def test_its_collection_points_are_read_each_once(app, small):
    write(small, "ST-1,ST,ONDA,2027-03-27,08:30,09:30,Cortile,Osio Sotto,12,4,2027-03-26, azienda ;Edicola; Edicola;",
          f"{COLUMNS},raccolta")
    assert pilot.load(small, AT).errors == []
    assert Opening.get().collection == ["azienda", "Edicola"]


def test_a_collection_point_nobody_could_read_is_named(app, small):
    write(small, f"ST-1,ST,ONDA,2027-03-27,08:30,09:30,Cortile,Osio Sotto,12,4,2027-03-26,{'o' * 81}", f"{COLUMNS},raccolta")
    [error] = pilot.load(small, AT).errors
    assert (error.column, "81" in error.found or "più di 80" in error.found) == ("raccolta", True)


@pytest.mark.both_engines
def test_days_of_closed_schools_are_loaded_once(app, small):
    (small / "chiusure.csv").write_text("data,nome\n2026-12-23,Vacanze di Natale\n24/12/2026,Vacanze di Natale\n")
    assert "chiusure: 2 nuove, 0 cambiate, 0 uguali" in pilot.load(small, AT).lines
    (small / "chiusure.csv").write_text("data,nome\n2026-12-23,Vacanze di Natale\n2026-12-24,Vigilia\n")
    assert "chiusure: 0 nuove, 1 cambiate, 1 uguali" in pilot.load(small, AT).lines
    assert [(row.on, row.name) for row in SchoolClosure.select().order_by(SchoolClosure.on)] == [
        (date(2026, 12, 23), "Vacanze di Natale"), (date(2026, 12, 24), "Vigilia")]


def test_a_day_of_closed_schools_stands_there_once(app, small):
    (small / "chiusure.csv").write_text("data,nome\n2026-12-23,Natale\n23/12/2026,Vacanze\n")
    [error] = pilot.load(small, AT).errors
    assert (error.file, error.row, error.column) == ("chiusure.csv", 3, "data")


# ---------------------------------------------------------------- what people have booked

def test_an_opening_nobody_has_booked_is_moved_by_its_file(app, small):
    pilot.load(small, AT)
    (small / "turni.csv").write_text((small / "turni.csv").read_text().replace("2027-03-29", "2027-03-30"))
    assert "turni: 0 nuove, 1 cambiate, 1 uguali" in pilot.load(small, AT).lines
    moved = Opening.get(Opening.code == "ST-2")
    assert hours.local(moved.starts_at).date() == date(2027, 3, 30)
    assert moved.mark_by == planning.mark_by(moved.ends_at)


@pytest.mark.parametrize("old,new,column", [
    ("2026-12-14", "2026-12-15", "data + dalle"), ("08:30", "08:45", "data + dalle"), ("09:30", "10:30", "alle"),
    ("Cortile", "Palestra", "luogo"), ("Romano di Lombardia", "Covo", "comune"), ("PA,MEL", "BS,MEL", "servizio"),
    (",12,4,", ",1,1,", "posti"),
])
def test_a_file_does_not_change_what_who_booked_was_told(booked_one, at, old, new, column):
    folder, place = booked_one
    before = Opening.get()
    write(folder, ROW.replace(old, new))

    errors = pilot.load(folder, at).errors

    assert ("turni.csv", 2, column) in [(error.file, error.row, error.column) for error in errors]
    assert all("il banco" in error.expected or "già presi" in error.expected for error in errors)
    assert Opening.get().__data__ == before.__data__ and now(place).told_sequence == 0


def test_the_same_is_said_by_a_dry_run(booked_one, at):
    folder, _place = booked_one
    write(folder, ROW.replace("2026-12-14", "2026-12-15"))
    assert pilot.load(folder, at, dry_run=True).errors


def test_what_nobody_was_told_may_change_and_what_is_taken_stays(booked_one, at):
    folder, place = booked_one
    messages, events = Message.select().count(), Event.select().count()
    write(folder, ROW.replace(",12,4,", ",20,2,"))
    assert pilot.load(folder, at).errors == []
    opening = Opening.get()
    assert (opening.places, opening.minimum, opening.taken) == (20, 2, 2)
    assert (Message.select().count(), Event.select().count()) == (messages, events + 1)


def test_given_back_by_everybody_it_can_be_moved_by_its_file_again(booked_one, at):
    folder, place = booked_one
    Place.update(state="cancelled").where(Place.id == place.id).execute()
    Opening.update(taken=0).execute()
    write(folder, ROW.replace("2026-12-14", "2026-12-15"))
    assert pilot.load(folder, at).errors == []


@pytest.mark.both_engines
def test_loading_again_after_the_desk_heard_of_it_asks_nothing_anew(app, small):
    pilot.load(small, AT)
    Opening.update(mark_by=None).execute()
    assert "turni: 0 nuove, 0 cambiate, 2 uguali" in pilot.load(small, AT).lines
    assert not Opening.select().where(Opening.mark_by.is_null(False)).exists()


# ---------------------------------------------------------------- the demonstration

def test_the_demonstration_s_openings_fit_on_whatever_day_it_is_loaded(app):
    pilot.load(pilot.DEMO, AT, demo=True)
    tables, _errors = read(pilot.DEMO)
    some = {name: tables[name] for name in ("chiusure", "turni")}
    for days in range(0, 800):
        today = date(2026, 1, 1) + timedelta(days=days)
        rows, errors = check(some, today=today)
        assert errors == [], today
        for row in rows[Opening]:
            assert hours.is_working_day(hours.local(row["starts_at"]).date()), (today, row["code"])
            assert hours.moment(today + timedelta(days=1), time(0)) < row["closes_at"] < row["starts_at"]


def test_a_working_day_ahead_is_for_a_demonstration_only(app, small):
    (small / "chiusure.csv").write_text("data,nome\n+11f,Prova\n")
    assert [error.found for error in pilot.load(small, AT).errors] == ["«+11f»"]
    tuesday = datetime(2026, 12, 1, 8, tzinfo=timezone.utc)     # in eleven days it is Saturday the 12th
    assert pilot.load(small, tuesday, demo=True).errors == []
    assert SchoolClosure.get().on == date(2026, 12, 14)


def test_in_the_demonstration_four_firms_can_complete_a_group_and_two_places_fill(app):
    with open(pilot.DEMO / "turni.csv", encoding="utf-8") as file:
        rows = {row["codice"]: row for row in csv.DictReader(file)}
    groups = [row for row in rows.values() if row["servizio"] == "WK" and 4 <= int(row["minimo"]) <= 8 <= int(row["posti"])]
    assert groups and any(row["servizio"] == "WK" and row["posti"] == "2" for row in rows.values())
    assert all(row["raccolta"].startswith("azienda;") for row in rows.values() if row["servizio"] == "ST")
    assert ServiceRequest.select().count() == 0
