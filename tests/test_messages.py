"""The words: every message in each language, exactly as it goes out, in one segment, saying nothing it should not.

The golden files hold the words; after a change of words write them anew and read them:

    WRITE_GOLDEN=1 pytest tests/test_messages.py
"""

import ast
import os
import re
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import databases
import pytest
import said
import said_by_text
from cast import asked, link_for, make_cast, moment, referral_of
from conftest import AT, settings_of
from flask import g

import wording
from actions import answering, ending, joining, outbox, trusting
from actions.moves import Actor
from app import create_app
from models import Appointment, Company, Membership, Message, Municipality, Phone
from questions.people import project_of_company
from rules import hours, sms

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
ACTIONS, TEMPLATES = HERE.parent / "actions", HERE.parent / "templates" / "messages"
ELSEWHERE = {"digest_day", "digest_week"}    # coordinators' mail has its own tests
LANGUAGES = ("it", "en")
TWO_SEGMENTS = ("many visits", "first", "urgent at night", "own words", "nobody before the start", "many of them")
INVITATION = re.compile(r"\b(?:scrivi|scrivici|text(?: us)?|reply|rispondi con) (?!us\b|you\b)(.*)", re.IGNORECASE)
ANSWER = {"it": r"(?:SI|SI o NO|SI, NO o un altro orario|ANNULLA {0}|OK {0} o NO {0}|da 1 a 5|quando|MI INTERESSA|STOP|START)",
          "en": r"(?:OK|OK or NO|OK, NO or another time|ANNULLA {0}|OK {0} or NO {0}|1 to 5|when|INTERESTED|STOP|START)"}
ENDS = r"(?:[.,:]| [a-z]|$)"
SPOKEN = re.compile(r"\b(?:SI|OK|NO|ANNULLA|STATO)\b|da 1 a 5|1 to 5|altro orario|another time|"
                    r"(?<=scrivi )quando|(?<=text us )when", re.IGNORECASE)
TO_A_TEXT = {"stop_farewell", "start_welcome"} | said_by_text.KINDS     # who hears these has just written
KNOWN_WORDS = re.compile(r"\b(?:scrivi|text|reply)\s+(?!us\b|you\b)([A-Z]{2,}(?: [A-Z]{2,})*)\b")
INVITED = {"STOP", "START", "SI", "YES", "NO", "OK", "ANNULLA", "CALL OFF", "STATO", "STATUS", "MENU", "LYNX", "SVOLTO", "DONE",
           "MI INTERESSA", "INTERESTED"}
OPT_OUTS = re.compile(r"\b(?:cancel|end|quit|revoke|stopall|unsubscribe|optout|basta|cancellami)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """All that is said, by language."""
    template = databases.sqlite_template(tmp_path_factory.mktemp("template"))
    app = said.long_address(create_app(settings_of(databases.sqlite_copy(template, tmp_path_factory.mktemp("said")))))
    with app.app_context():
        everything = {language: said.everything_said(language) for language in LANGUAGES}
    databases.close(app.extensions["database"])
    return everything


@pytest.fixture
def texts(everything):
    """Every SMS, by a sender that hears answers and by one that does not."""
    return [one for language in LANGUAGES for one in everything[language] if one.channel == "sms"]


@pytest.fixture
def answered(texts):
    """Every SMS that can be answered by text."""
    return [one for one in texts if one.two_way]


@pytest.fixture
def one_way(texts):
    """Every SMS of a sender that hears nothing."""
    return [one for one in texts if not one.two_way]


# ---------------------------------------------------------------- golden files

def test_the_words_are_those_of_the_golden_files(everything):
    pages = {name: page for language in LANGUAGES for name, page in _pages(everything[language], language).items()}
    if os.environ.get("WRITE_GOLDEN"):
        _write(pages)
    assert {file.name for file in GOLDEN.iterdir()} == set(pages)
    for name, page in pages.items():
        assert (GOLDEN / name).read_text(encoding="utf-8") == page, name


def _pages(all_said, language):
    """One page per kind and channel, and one more where a sender that hears nothing says something else.

    Letters around an SMS are all alike: those of `confirmed` stand for them.
    """
    pages, one_way = {}, {}
    for one in all_said:
        if "instead of a text" not in one.variant or one.kind == "confirmed":
            name, kept = f"{one.kind}.{language}.{one.channel}", pages if one.two_way else one_way
            kept[name] = kept.get(name, "") + _entry(one)
    return {f"{name}.txt": page for name, page in pages.items()} | {
        f"{name}.oneway.txt": page for name, page in one_way.items() if page != pages[name]}


def _entry(one):
    subject = f"Subject: {one.words.subject}\n\n" if one.words.subject else ""
    return f"== {one.variant}\n{subject}{one.words.shown.rstrip()}\n\n"


def _write(pages):
    GOLDEN.mkdir(exist_ok=True)
    for file in GOLDEN.iterdir():
        file.unlink()
    for name, page in pages.items():
        (GOLDEN / name).write_text(page, encoding="utf-8")


# ---------------------------------------------------------------- every kind has words

def test_what_is_queued_has_words_and_what_has_words_is_queued():
    worded = {file.name.split(".")[0] for file in TEMPLATES.glob("[!_]*.txt")}
    assert queued_kinds() == worded


def test_every_kind_has_words_in_every_language(everything):
    for language in LANGUAGES:
        assert {one.kind for one in everything[language]} == queued_kinds() - ELSEWHERE, language


def queued_kinds():
    """The kinds that the code queues, read from the first argument of every `queue(...)`."""
    kinds = set()
    for tree in _trees():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for call in _calls_of("queue", function):
                    kinds |= _strings(call.args[0], function, tree)
    return kinds | set(outbox.ANSWERS)      # the dialogue decides which of them; it queues nothing itself


@lru_cache
def _trees():
    return [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(ACTIONS.glob("*.py"))]


def _calls_of(name, tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]


def _strings(node, function, tree):
    """The texts an expression may be: itself, its branches, a constant's values, what callers hand over."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return _strings(node.body, function, tree) | _strings(node.orelse, function, tree)
    if isinstance(node, ast.Dict):
        return _all_of(node.values, function, tree)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
        return _strings(node.func.value, function, tree) | _all_of(node.args[1:], function, tree)
    if isinstance(node, ast.Subscript):
        return _strings(node.value, function, tree)
    return _named(node.id, function, tree) if isinstance(node, ast.Name) else set()


def _all_of(nodes, function, tree):
    return set().union(*(_strings(node, function, tree) for node in nodes))


def _named(name, function, tree):
    """What a name holds: assigned or looped over here or in the module, or an argument of this function, at its callers."""
    assigned = [value for node in [*ast.walk(function), *tree.body] if isinstance(node, (ast.Assign, ast.For))
                for target, value in _pairs(node) if getattr(target, "id", "") == name]
    places = [index for index, argument in enumerate(function.args.args) if argument.arg == name]
    handed = [(call.args[places[0]], caller, there) for there in (_trees() if function.name[0] != "_" else [tree])
              for caller in ast.walk(there) if isinstance(caller, ast.FunctionDef)
              for call in _calls_of(function.name, caller) if places and len(call.args) > places[0]]
    return _all_of(assigned, function, tree).union(*(_strings(node, *where) for node, *where in handed))


def _pairs(node):
    """Each target of an assignment, or of a loop over what is written out, with its value: `a, b = 1, 2` is two of them."""
    if isinstance(node, ast.For):
        rows = node.iter.elts if isinstance(node.iter, ast.Tuple) else []
        return [pair for row in rows for pair in _pairs(ast.Assign(targets=[node.target], value=row))]
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


# ---------------------------------------------------------------- what a text is

def test_a_text_is_one_segment_even_with_the_longest_names(texts):
    too_long = {f"{one.kind} ({one.variant})": sms.length(one.words.text) for one in texts
                if not sms.fits(one.words.text) and not _may_take_two(one)}
    assert too_long == {}


def _may_take_two(one):
    """Where one would say too little: an answer to a text, what is to be paid by when, a day of many visits."""
    return one.kind in (*outbox.ANSWERS, "desk_answer", "proposal") or one.variant.endswith(TWO_SEGMENTS)


def test_a_long_day_and_a_first_text_take_two_segments_at_most(texts):
    allowed = [one for one in texts if _may_take_two(one)]
    assert allowed and all(sms.segments(one.words.text) <= 2 for one in allowed)


def test_what_is_proposed_for_one_visit_is_usually_one_segment(texts):
    usual = [one for one in texts if (one.kind, one.variant) == ("proposal", "usual names")]
    assert len(usual) == 4 and all(sms.fits(one.words.text) for one in usual)


def test_a_proposal_says_when_what_it_costs_and_until_when(texts):
    for one in texts:
        if one.kind == "proposal":
            days = re.findall(r"\b[A-Z]?[a-z]{2,3} \d{1,2}/12\b", one.words.text)
            assert len(days) >= 2 and re.search(r"(?:paghi|pay) (?:in tutto )?[\d.,]+\d{2}", one.words.text), one.variant


def test_a_link_is_the_last_thing_said_where_there_is_one(texts):
    linked = [one for one in texts if "/l/" in one.words.text]
    assert all(one.words.text.endswith(" " + one.link) and one.words.text.count("/l/") == 1 for one in linked)


def test_only_what_needs_a_page_keeps_its_link_where_a_text_can_be_answered(answered):
    assert {one.kind for one in answered if "/l/" in one.words.text} - said_by_text.KINDS == {
        "join_link", "join_approved", "fresh_link", "idea",                         # a page is what they are about
        "place_taken", "group_reached", "place_moved", "place_offered",             # where it is; what an idea did not ask
        "delivered", "missed", "resolved", "signposted",                            # contested there; why; which office
        "referral", "referral_reminder", "mark_delivered",                          # another time, exceptions one by one
        "countered", "accepted", "declined", "going", "day_list", "resolved_visit", "turn_changed", "told"}     # who is there, and how


def test_without_an_answer_by_text_every_link_is_said(one_way):
    started = [one for one in one_way if one.link and one.kind not in said_by_text.KINDS]
    assert started and all(one.words.text.endswith(" " + one.link) for one in started)


def test_a_text_is_one_paragraph_of_cheap_letters_without_exclamation(texts):
    for one in texts:
        assert set(one.words.text) <= sms.GSM - set("\n!"), (one.kind, one.variant)
        assert "  " not in one.words.text and ".." not in one.words.text, (one.kind, one.variant)


def test_a_text_says_who_writes_and_whom_to_call(texts):
    for one in texts:
        assert one.words.text.startswith("WelfareLynx"), (one.kind, one.variant)
        assert "035 0000000" in one.words.text or one.kind == "told", (one.kind, one.variant)    # theirs is that phone


def test_no_text_names_a_service_a_person_or_an_address(app, texts):
    cast = make_cast(AT)
    names = [row.first_name for row in (cast.gianni, cast.sara, cast.teresa)] + [
        row.name for row in (cast.marta, cast.anna, cast.luca, cast.paola, cast.firm, cast.big_firm, cast.melograno)]
    services = [name for row in (cast.bs, cast.ad, cast.pasto) for name in (row.name, row.name_en, row.sms_name)]
    for one in texts:
        for name in names + ([] if one.kind in outbox.ANSWERS else services):     # an answer may name what was asked for
            assert name.lower() not in one.words.text.lower(), (one.kind, one.variant)


def test_to_a_person_no_text_names_a_comune_or_a_code_of_a_service(texts):
    to_a_person = [one for one in texts if re.match(r"WelfareLynx (?:limone|airone|prato):", one.words.text)
                   and one.kind not in outbox.ANSWERS]
    assert len({one.kind for one in to_a_person}) >= 14
    for one in to_a_person:
        assert not re.search(r"\bBS\b|Romano|Covo|Albano", one.words.text), (one.kind, one.variant)


def test_nobody_is_invited_to_text_what_is_not_understood(everything):
    for language in LANGUAGES:
        for one in (one for one in everything[language] if one.kind not in said_by_text.KINDS):
            for invited in INVITATION.findall(one.words.shown):
                assert re.match(ANSWER[language].format(one.reference or "nothing") + ENDS, invited), (one.kind, invited)


def test_each_kind_invites_to_its_own_answers(everything):
    """What the dialogue must understand in answer to each kind, in either language; YES is a word of the carrier's."""
    of_kind = {"request_received": "ANNULLA", "answer_later": "ANNULLA", "confirmed": "ANNULLA",
               "moved": "ANNULLA", "not_moved": "ANNULLA", "place_waiting": "ANNULLA", "place_taken": "ANNULLA",
               "place_moved": "ANNULLA", "reminder_day": "SI ANNULLA", "reminder_hours": "SI ANNULLA",
               "proposal": "SI NO time", "proposal_reminder": "SI NO time", "place_offered": "SI NO", "mark_delivered": "SI", "referral": "OK NO", "referral_reminder": "OK NO",
               "delivered": "1-5", "nobody_yet": "when"}
    for language in LANGUAGES:
        found = {}
        for one in everything[language]:
            if one.two_way and one.channel == "sms" and one.kind not in said_by_text.KINDS:
                found.setdefault(one.kind, set()).update(_answers(one))
        assert {kind: said for kind, said in found.items() if said} == {
            kind: set(answers.split()) for kind, answers in of_kind.items()}, language


def _answers(one):
    alike = {"da 1 a 5": "1-5", "1 to 5": "1-5", "altro orario": "time", "another time": "time", "quando": "when"}
    if not one.kind.startswith("referral"):
        alike["OK"] = "SI"
    said = {word for word in SPOKEN.findall(one.words.text) if word.isupper() or word in alike or word == "when"}
    return {alike.get(word, word) for word in said}


def test_a_sender_that_hears_nothing_invites_to_no_text(one_way, everything):
    letters = [one for language in LANGUAGES for one in everything[language] if one.channel == "mail"]
    for one in one_way + letters:
        if one.kind not in TO_A_TEXT:
            assert not INVITATION.search(one.words.shown), (one.kind, one.variant)
            assert _answers(one) <= ({"1-5"} if one.kind == "delivered" else set()), (one.kind, one.variant)


def test_another_time_is_asked_for_once(answered):
    for one in answered:
        if one.kind in ("proposal", "proposal_reminder"):
            again = one.variant.endswith("a second time")
            assert ("time" in _answers(one)) != again and {"SI", "NO"} <= _answers(one), one.words.text


def test_nobody_is_invited_to_text_what_the_dialogue_does_not_know(everything):
    for language in LANGUAGES:
        for one in everything[language]:
            assert set(KNOWN_WORDS.findall(one.words.shown)) <= INVITED, (one.kind, one.variant)


def test_english_never_speaks_the_words_that_stop_all_texts(everything):
    for one in everything["en"]:
        assert not OPT_OUTS.search(one.words.shown), (one.kind, one.variant)


def test_what_is_kept_hides_every_link_and_can_be_made_whole_again(everything):
    for language in LANGUAGES:
        for one in everything[language]:
            assert "/l/" not in one.words.shown
            assert not one.link or one.words.shown.replace("[link]", one.link) == one.words.text, one.kind


# ---------------------------------------------------------------- shortening

def test_only_a_text_that_would_cost_more_is_shortened(one_way):
    def words(names):
        return next(one.words.text for one in one_way if (one.kind, one.variant) == ("reminder_hours", names + ", said yes"))
    assert "Una persona: 035 0000000" in words("usual names")
    assert "Tel. 035 0000000" in words("longest names")


def test_shortened_comuni_are_still_told_apart():
    short = {wording._comune_short(Municipality(name=name)) for name in said.comuni()}
    assert len(short) == len(said.comuni())
    assert {"Romano di L.", "Osio Sopra", "Osio Sotto", "Fara Gera d'Adda", "Fara Olivana con S."} <= short


def test_a_day_too_long_for_two_segments_says_how_many_more(answered):
    crowded = [one.words.text for one in answered if (one.kind, one.variant) == ("day_list", "longest names, many visits")]
    assert re.search(r"\be altri \d+\. Tel\.", crowded[0]) and re.search(r"\band \d+ more\. Tel\.", crowded[1])


# ---------------------------------------------------------------- how to stop

def test_the_first_text_to_a_number_says_how_to_stop_and_the_second_does_not(app):
    cast = make_cast(AT)
    asked(cast, at=AT)
    assert re.search(r"035 0000000\. Scrivi STOP per [\w ]+\.$", _words("request_received"))
    Phone.update(first_texted_at=AT).execute()
    assert "STOP" not in _words("request_received")


def test_a_sender_that_hears_nothing_does_not_say_how_to_stop(build):
    with build(sms_two_way=False).app_context():
        cast = make_cast(AT)
        asked(cast, at=AT)
        joining.invite(cast.firm, "+393330000777", "it", address="192.0.2.1", at=AT)
        assert "STOP" not in _words("request_received") + _words("join_link")


def test_a_first_text_of_one_sentence_begins_with_who_writes(app):
    from actions import delivering
    cast = make_cast(AT)
    delivering.ask_for_marks(cast.marta, AT.date(), at=AT)
    assert re.match(r"WelfareLynx: mar 1/12 .*previsto\? Scrivi STOP per [\w ]+\. .*apri http\S+$", _words("mark_delivered"))


def test_the_words_that_lead_to_a_link_stay_with_it_when_stop_is_said(app):
    cast = make_cast(AT)
    asked(cast, at=AT)
    assert re.search(r"STOP per [\w ]+\. Scrivi OK \w+ o NO \w+, o (?:apri )?http\S+$", _words("referral"))
    with said.answered_by_text(False):
        assert re.search(r"\. (?:Apri e r|R)ispondi: http\S+$", _words("referral"))


def _words(kind):
    return wording.words_for(said.last(kind)).text


# ---------------------------------------------------------------- what is true when it is sent

def test_a_request_whose_promise_fell_away_promises_nothing(app):
    cast = make_cast(AT)
    request = asked(cast, at=AT)
    for _ in range(2):
        answering.decline(referral_of(request), cast.marta, "full", at=AT)
    assert "isposta entro" not in _words("request_received")


def test_the_words_of_an_ending_follow_the_outcome(app):
    cast = make_cast(AT)
    desk = Actor("coordinator", cast.paola.id)
    for outcome, kind in (("unfilled", "unfilled"), ("signposted", "signposted"),
                          ("cancelled_by_cooperative", "cancelled_by_cooperative")):
        request = asked(cast, at=AT)
        ending.close(request, outcome, "", by=desk, at=AT)
        assert said.last(kind).request_id == request.id


def test_a_duplicate_is_closed_without_a_word(app):
    cast = make_cast(AT)
    request = asked(cast, at=AT)
    before = Message.select().where(Message.employee == cast.gianni).count()
    ending.close(request, "duplicate", "", by=Actor("coordinator", cast.paola.id), at=AT)
    assert Message.select().where(Message.employee == cast.gianni).count() == before


def test_each_message_names_the_phone_of_its_own_project(app):
    cast = make_cast(AT)
    cast.project.phone = "035 0000444"
    cast.project.save()
    cast.elsewhere.phone = "035 0000555"
    cast.elsewhere.save()
    asked(cast, at=AT)
    trusting.fresh_link(link_for("company", at=AT, company=cast.firm), at=AT)
    for kind in ("request_received", "referral", "fresh_link"):
        assert "035 0000444" in _words(kind), kind


# ---------------------------------------------------------------- mail

def test_who_cannot_be_texted_gets_the_same_words_as_a_letter(everything):
    letters = [one for one in everything["it"] if "instead of a text" in one.variant and one.kind == "confirmed"]
    text = letters[0].words.text
    assert letters[0].words.subject == "Welfare Lynx A7K2"
    assert text.startswith("Buongiorno,\n") and f"\n\n{letters[0].link}\n" in text
    assert "confermata, ven 4/12 ore 15-18" in text


def test_every_letter_has_a_subject_a_greeting_and_a_person_to_call(everything):
    for language, greeting in (("it", "Buongiorno,"), ("en", "Hello,")):
        letters = [one for one in everything[language] if one.channel == "mail"]
        assert {"fresh_link", "device_code", "day_list", "confirmed", "referral"} <= {one.kind for one in letters}
        for one in letters:
            assert one.words.subject.strip() and one.words.text.startswith(greeting), one.kind
            assert re.search(r"035 0000000 \((lun-ven|Mon-Fri) 9-13\)", one.words.text) and "STOP" not in one.words.text, one.kind


def test_no_letter_names_a_service_of_a_person(everything):
    for language in LANGUAGES:
        for one in everything[language]:
            if one.channel == "mail" and one.kind != "signpost_office":     # which the person agreed to
                assert not re.search("baby|sitting|Gianni|Marta", one.words.text + one.words.subject), one.kind


def test_the_mail_with_a_link_or_a_code_looks_like_mail_too(everything):
    for kind, within in (("fresh_link", "href=\"" + said.HOST + "/l/"), ("device_code", "<h1>482913</h1>")):
        pages = [one.words.html for language in LANGUAGES for one in everything[language]
                 if one.kind == kind and one.channel == "mail" and "instead" not in one.variant]
        assert len(pages) >= 2 and all(within in page and "<script" not in page for page in pages)


# ---------------------------------------------------------------- days and languages

def test_the_filters_give_the_visitor_their_language_back(app):
    cast = make_cast(AT)
    asked(cast, at=AT, employee=cast.teresa)
    g.language = "it"
    assert "sent. Answer by" in _words("request_received")
    assert g.language == "it"


def test_a_reminder_never_says_tomorrow_because_sunday_is_skipped(everything):
    for language in LANGUAGES:
        for one in everything[language]:
            assert not re.search(r"\b(?:domani|tomorrow)\b", one.words.text), one.kind


def test_a_promised_call_says_its_hour(app):
    cast = make_cast(AT)
    request = asked(cast, at=AT)
    for _ in range(2):
        answering.decline(referral_of(request), cast.marta, "full", at=AT + timedelta(hours=1))
    assert re.search(r"Ti chiamiamo mer 2/12 tra 9 e 10\.", _words("nobody_yet"))
    assert hours.local(said.last("nobody_yet").queued_at).hour == 10


def test_a_company_is_written_to_in_italian(app):
    cast = make_cast(AT)
    trusting.fresh_link(link_for("company", at=AT, company=Company.get_by_id(cast.firm.id)), at=AT)
    words = wording.words_for(said.last("fresh_link"))
    assert words.subject == "Il tuo nuovo collegamento a Welfare Lynx" and words.html


def test_a_firm_s_new_project_begins_at_its_own_midnight(app):
    cast = make_cast(AT)
    new_day = moment(date(2026, 12, 5), "00:30")       # still the fourth in UTC
    Membership.update(to_on=date(2026, 12, 4)).where(Membership.company == cast.firm).execute()
    Membership.create(company=cast.firm, project=cast.elsewhere, from_on=date(2026, 12, 5))
    assert project_of_company(cast.firm, new_day) == cast.elsewhere


# ---------------------------------------------------------------- proposals, changes, urgency

def test_the_desk_reads_why_it_is_written_to_by_mail_and_by_text(app):
    cast = make_cast(AT)
    asked(cast, at=AT, on=date(2026, 12, 2))
    text, mail = said.last("told", channel="sms"), said.last("told", channel="mail")
    assert "richiesta urgente, mer 2/12 ore 15. " in wording.words_for(text).text
    words = wording.words_for(mail)
    assert words.subject.endswith(": " + mail.request.reference + " urgente")
    assert "mercoledì 2 dicembre dalle 15 alle 18" in words.text and "mercoledì 2 dicembre" in words.html


@pytest.mark.parametrize("why", ["urgent", "undecided", "unassigned", "late", "short_notice", "lapsed", "joining", "ceiling"])
def test_no_mail_to_the_desk_is_without_its_sentence(app, why):
    cast = make_cast(AT)
    asked(cast, at=AT, on=date(2026, 12, 2))
    message = said.last("told", channel="mail")
    message.says = {"why": why}
    for message.language, opens in (("it", "\n\nApri il banco"), ("en", "\n\nOpen the desk")):
        words = wording.words_for(message)
        assert len(words.text.split(opens)[0]) > 40 and not words.subject.endswith(": "), message.language


def test_a_visit_moved_before_it_was_undecided_is_not_said_at_its_old_hour(app):
    cast = make_cast(AT)
    request = asked(cast, at=AT, on=date(2026, 12, 2))
    visit = answering.confirm(referral_of(request), cast.marta, None, at=AT)[0]
    Appointment.update(starts_at=visit.starts_at + timedelta(hours=2)).where(Appointment.id == visit.id).execute()
    answering.tell_undecided(Appointment.get_by_id(visit.id), at=visit.decide_at)
    assert "ore 15" not in wording.words_for(said.last("told", channel="sms")).text


def test_own_words_for_the_meantime_do_not_name_112_twice(everything):
    for language, names in (("it", (1, 1)), ("en", (1, 2))):    # own words are in Italian: English says it again
        at_night = [one for one in everything[language] if "urgent at night" in one.variant and one.channel == "sms"]
        assert len(at_night) == 12
        for one in at_night:
            assert len(re.findall(r"\b112\b", one.words.text)) == names["own words" in one.variant], one.words.text


def test_by_day_what_is_urgent_names_no_emergency_number(texts):
    by_day = [one for one in texts if one.kind == "request_received" and one.variant.endswith("urgent")]
    assert len(by_day) == 8 and not any("112" in one.words.text for one in by_day)


def test_a_visit_said_yes_to_is_not_asked_about_again(texts):
    for one in texts:
        if one.kind == "reminder_hours":
            asks = re.search(r"disdi(?:ci|re)\b|call it off", one.words.text) is not None
            assert asks != one.variant.endswith("said yes"), one.words.text


def test_what_the_cooperative_gave_back_goes_by_the_new_reference(everything):
    text = next(one.words.text for one in everything["it"] if (one.kind, one.variant) == (
        "substitute_sought", "usual names, one of many"))
    assert "B3M9 di ven 11/12" in text and "A7K2" not in text
