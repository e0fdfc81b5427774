"""`flask understand`: texts from standard input, one JSON object a line, against the catalogue in the database."""

import json

import pytest

import pilot
from actions import loading


@pytest.fixture
def said(app, at):
    """Says texts to the command and returns what it printed, line by line."""
    loading.mark_demonstration(at)
    pilot.load(pilot.DEMO, at=at, demo=True)

    def say(texts, *options):
        ran = app.test_cli_runner().invoke(args=["understand", *options], input=texts)
        assert ran.exit_code == 0, ran.output
        return [json.loads(line) for line in ran.output.splitlines()]
    return say


@pytest.mark.both_engines
def test_each_line_is_answered_by_a_line_of_json(said):
    lines = said("babysitter domani 14-17 a Osio\n\nSTOP\r\n", "--at", "2026-12-01T10:00")
    assert lines == [{"intent": "ask", "service": "BS", "date": "2026-12-02", "start": "14:00", "end": "17:00", "place": ["Osio Sopra", "Osio Sotto"]},
                     {"intent": "unknown"}, {"intent": "stop"}]


def test_without_a_moment_it_is_now_and_bytes_that_are_no_text_are_read_too(said):
    assert said("domani") == [{"intent": "counter", "date": "2026-12-02"}]
    assert said(b"\xff\xfe baby sitter \xe8\n")[0]["service"] == "BS"


def test_a_catalogue_is_prepared_again_when_it_has_changed(said):
    from models import Municipality
    assert "place" not in said("a Parre")[0]
    Municipality.create(istat="016157", name="Parre", ambito="Valle Seriana")
    assert said("a Parre")[0]["place"] == "Parre"
