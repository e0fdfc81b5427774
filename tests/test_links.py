"""The door of every link: it leaves the token behind, changes nothing, and an old one leads on to a fresh one."""

from datetime import timedelta

import pytest
from cast import asked, link_for, make_cast, referral_of, trust

from actions import trusting
from actions.moves import Actor
from models import TABLES, Company, Employee, Link, Message, Operator, Phone


@pytest.fixture
def cast(app, at):
    """Everybody."""
    return make_cast(at - timedelta(days=30))


def everything():
    """Every row of every table."""
    return {table: list(table.select().order_by(table.id).dicts()) for table in TABLES}


def links_of_everybody(cast, at):
    """One live link for each purpose."""
    referral = referral_of(asked(cast, at=at))
    return {
        "employee": link_for("employee", at=at, employee=cast.gianni),
        "operator": link_for("operator", at=at, operator=cast.marta),
        "referral": link_for("referral", at=at, operator=cast.marta, referral=referral),
        "desk": link_for("desk", at=at, coordinator=cast.paola),
        "company": link_for("company", at=at, company=cast.firm),
        "join": trusting.make_link("join", at=at, phone=cast.gianni.phone, company=cast.firm),
    }


def test_every_link_leaves_its_token_behind_at_once(client, cast, at):
    for purpose, link in links_of_everybody(cast, at).items():
        answer = client.get(trusting.path_of(link))
        assert answer.status_code == 303, purpose
        assert trusting.token_of(link) not in answer.location
        page = client.get(answer.location, follow_redirects=True)
        assert page.status_code == 200, purpose
        assert trusting.token_of(link) not in page.text


def test_opening_every_link_twice_changes_nothing(client, cast, at):
    links = links_of_everybody(cast, at)
    before = everything()
    for _ in range(2):
        for link in links.values():
            client.get(trusting.path_of(link), follow_redirects=True)
    assert everything() == before


def test_a_referral_on_a_trusted_phone_opens_at_its_card(client, cast, at):
    referral = referral_of(asked(cast, at=at))
    trust(client, cast.marta, at=at)
    link = link_for("referral", at=at, operator=cast.marta, referral=referral)
    assert client.get(trusting.path_of(link)).location == f"/operatore/{cast.marta.id}/#referral-{referral.id}"


def test_an_unknown_link_says_what_may_have_happened_and_the_way_on(client, cast):
    answer = client.get("/l/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer.status_code == 404
    assert "ne manca un pezzo" in answer.text


@pytest.mark.parametrize("death", ["idle", "revoked", "expired"])
def test_an_old_link_offers_a_fresh_one_to_the_same_number(client, cast, at, death):
    link = link_for("employee", at=at, employee=cast.gianni)
    if death == "revoked":
        trusting.revoke(link, by=Actor("command"), at=at)
    else:
        Link.update(**({"last_used_at": at - timedelta(days=91)} if death == "idle" else {"expires_at": at})).where(
            Link.id == link.id).execute()
    page = client.get(trusting.path_of(link), follow_redirects=True)
    assert "Questo collegamento non vale più" in page.text
    assert "Mandami un nuovo collegamento" in page.text
    sent = client.send(f"/collegamento/{link.id}/nuovo", follow=True)
    assert "Guarda i tuoi SMS" in sent.text
    message = Message.get(Message.kind == "fresh_link")
    assert message.phone == cast.gianni.phone
    assert message.link_id != link.id


def test_a_page_whose_link_died_leads_to_the_offer(client, cast, at):
    link = link_for("employee", at=at, employee=cast.gianni)
    client.get(trusting.path_of(link))
    trusting.revoke(link, by=Actor("command"), at=at)
    assert client.get(f"/io/{link.id}/").location == f"/collegamento/{link.id}/"


def test_nobody_asks_for_a_link_they_never_held(client, cast, at):
    link = link_for("employee", at=at, employee=cast.gianni)
    assert client.get(f"/collegamento/{link.id}/").status_code == 404
    assert client.send(f"/collegamento/{link.id}/nuovo").status_code == 404
    assert not Message.select().exists()


@pytest.mark.parametrize("who", ["operator who left", "number of somebody else"])
def test_where_nobody_is_at_the_other_end_a_person_is_named_instead(client, cast, at, who):
    if who == "operator who left":
        link = link_for("operator", at=at, operator=cast.marta)
        Operator.update(left_at=at).where(Operator.id == cast.marta.id).execute()
    else:
        link = link_for("employee", at=at, employee=cast.teresa)
        Phone.update(unreachable_at=at, unreachable_why="wrong_person").where(
            Phone.id == cast.teresa.phone_id).execute()
    Link.update(revoked_at=at).where(Link.id == link.id).execute()
    client.get(trusting.path_of(link))
    answer = client.send(f"/collegamento/{link.id}/nuovo")
    assert answer.status_code == 422
    assert "chiamaci" in answer.text
    assert not Message.select().exists()


def test_the_answer_to_a_form_offers_the_other_language_only_where_it_opens_again(client, cast, at):
    link = link_for("employee", at=at, employee=cast.gianni)
    assert "?lang=en" in client.get(trusting.path_of(link), follow_redirects=True).text
    assert "?lang=en" in client.send("/a/48291/numero", number="1").text      # has a page for who reloads it
    assert "?lang=" not in client.send(f"/collegamento/{link.id}/nuovo").text  # has none


def test_a_leaked_database_opens_no_link(client, cast, at):
    link = link_for("employee", at=at, employee=cast.gianni)
    for stolen in (link.hash, str(link.id), f"{link.id}:{link.version}"):
        assert client.get(f"/l/{stolen}").status_code == 404


def test_an_old_invitation_tells_the_firm_nothing(client, cast, at):
    link = trusting.make_link("join", at=at - timedelta(days=2), expires_at=at - timedelta(days=1),
                              phone=cast.gianni.phone, company=cast.firm)
    client.get(trusting.path_of(link))
    client.send(f"/collegamento/{link.id}/nuovo")
    assert not Message.select().where(Message.company.is_null(False)).exists()
    assert Employee.select().count() == 3
    assert Company.get_by_id(cast.firm.id).joins == 1
