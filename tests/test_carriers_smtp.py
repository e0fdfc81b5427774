"""Mail to a real SMTP server: how the letter looks when it arrives, and what comes of each refusal."""

import asyncio
import datetime
import ipaddress
import socket
import ssl
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from carriers import Parcel, Refused, TryLater, Unknown
from carriers.smtp import Carrier

NOON = datetime.datetime(2026, 12, 3, 12, 0, tzinfo=datetime.timezone.utc)
LINK = "https://lynx.example/l/" + "a1B2" * 40
HTML = "<html><head><style>p { color: #123456 } @media (prefers-color-scheme: dark) { p { color: #fff } }</style>" \
       "</head><body><p>Perché no?</p></body></html>"


class Mailbox:
    """The server's side: keeps what arrives, and refuses what its names say."""

    def __init__(self, data_reply="250 OK"):
        self.letters, self.recipients, self.data_reply = [], [], data_reply

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 sender unknown"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusals = {"gone": "550 no such user", "full": "452 mailbox full"}
        if address.partition("@")[0] in refusals:
            return refusals[address.partition("@")[0]]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        if self.data_reply == "break":
            server.transport.abort()
        if self.data_reply == "silence":
            await asyncio.Event().wait()
        return self.data_reply


@pytest.fixture
def serve():
    """Start servers on free ports; all stop at the end."""
    started = []

    def start(mailbox=None, **options):
        mailbox = mailbox or Mailbox()
        server = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
        server.start()
        started.append(server)
        return server, mailbox

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody but this test trusts: (the server's side, ours)."""
    path = written_certificate(tmp_path_factory.mktemp("tls") / "server.pem")
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(path)
    return theirs, ssl.create_default_context(cafile=path)


def written_certificate(path):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def carrier(port, scheme="smtp", who="", mail_from="Welfare Lynx <lynx@lynx.example>", **options):
    settings = SimpleNamespace(
        smtp_url=f"{scheme}://{who}127.0.0.1:{port}", mail_from=mail_from, public_url="https://lynx.example",
    )
    return Carrier(settings, timeout_s=options.pop("timeout_s", 5), **options)


def parcel(to="carla@firm.example", **more):
    words = {"text": f"Perché no?\n\n{LINK}\n.\nfine", "subject": "Riepilogo: è tutto in ordine, più 3 richieste"}
    return Parcel(**{"message_id": 7, "to": to} | words | more)


def test_a_letter_arrives_as_plain_text_and_says_that_a_machine_wrote_it(serve):
    server, mailbox = serve()
    with time_machine.travel(NOON, tick=False):
        carrier(server.port).send(parcel())
    letter = mailbox.letters[0]
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == f"Perché no?\n\n{LINK}\n.\nfine\n"
    assert letter["Subject"] == "Riepilogo: è tutto in ordine, più 3 richieste"
    assert letter["From"] == "Welfare Lynx <lynx@lynx.example>"
    assert (letter["To"], letter["Auto-Submitted"]) == ("carla@firm.example", "auto-generated")
    assert letter["Date"] == "Thu, 03 Dec 2026 12:00:00 -0000"
    assert mailbox.recipients == ["carla@firm.example"]


def test_html_stands_beside_the_text_with_its_styles_inlined(serve):
    server, mailbox = serve()
    carrier(server.port).send(parcel(html=HTML))
    letter = mailbox.letters[0]
    plain, html = letter.iter_parts()
    assert letter.get_content_type() == "multipart/alternative"
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert '<p style="color: #123456;">Perché no?</p>' in html.get_content()
    assert "prefers-color-scheme: dark" in html.get_content()


def test_sent_again_it_is_recognised_as_the_same_letter(serve):
    server, mailbox = serve()
    first = carrier(server.port).send(parcel())
    assert carrier(server.port).send(parcel(text="ancora 2 ore")) == first
    assert carrier(server.port).send(parcel(message_id=8)) != first
    assert [letter["Message-ID"] for letter in mailbox.letters[:2]] == [first, first]
    assert first.endswith("@lynx.example>")


def test_a_long_address_in_a_header_is_neither_folded_nor_encoded():
    raw = carrier(25).letter(parcel(headers={"List-Unsubscribe": f"<{LINK}>"})).as_bytes()
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in raw


@pytest.mark.parametrize("text", ["Perché no?", f"Perché no?\n{LINK}"])
def test_every_byte_of_a_letter_is_ascii(text):
    raw = carrier(25).letter(parcel(text=text, html=HTML)).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("to", ["a@b.example\r\nBcc: all@firm.example", "perché@firm.example"])
def test_an_address_that_smtp_cannot_carry_is_refused_before_dialling(to):
    with pytest.raises(Refused, match="letter"):
        carrier(1).send(parcel(to=to))


def test_a_refused_recipient_is_refused_for_good(serve):
    server, mailbox = serve()
    with pytest.raises(Refused, match="550"):
        carrier(server.port).send(parcel(to="gone@firm.example"))
    assert mailbox.letters == []


def test_a_full_mailbox_may_be_tried_later(serve):
    server, _ = serve()
    with pytest.raises(TryLater, match="452"):
        carrier(server.port).send(parcel(to="full@firm.example"))


def test_a_refused_sender_is_our_fault_and_waits(serve):
    server, _ = serve()
    with pytest.raises(TryLater, match="550"):
        carrier(server.port, mail_from="nobody@lynx.example").send(parcel())


@pytest.mark.parametrize(("reply", "outcome"), [
    ("554 looks like spam", Refused), ("451 try again", TryLater), ("break", Unknown), ("silence", Unknown),
])
def test_after_the_letter_only_a_clear_answer_is_an_answer(serve, reply, outcome):
    server, mailbox = serve(Mailbox(reply))
    with pytest.raises(outcome):
        carrier(server.port, timeout_s=0.3).send(parcel())
    assert len(mailbox.letters) == 1


def test_nobody_at_the_port_may_be_tried_later():
    with pytest.raises(TryLater, match="no-connection"):
        carrier(free_port()).send(parcel())


def test_a_server_that_never_greets_may_be_tried_later():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(TryLater, match="no-connection"):
            carrier(silent.getsockname()[1], timeout_s=0.2).send(parcel())


def test_starttls_is_used_where_it_is_offered_even_with_a_certificate_of_nobody(serve, certificate):
    theirs, _ = certificate
    server, mailbox = serve(tls_context=theirs, require_starttls=True)
    carrier(server.port).send(parcel())
    assert len(mailbox.letters) == 1


def test_a_password_goes_over_starttls_only(serve, certificate):
    theirs, ours = certificate
    heard = []

    def listen(server, session, envelope, mechanism, login):
        heard.append((login.login, login.password, session.ssl is not None))
        return AuthResult(success=True)

    locked, mailbox = serve(tls_context=theirs, authenticator=listen, auth_required=True)
    carrier(locked.port, who="lynx:p%40ss@", tls=ours).send(parcel())
    assert heard == [(b"lynx", b"p@ss", True)]
    bare, _ = serve(authenticator=listen, auth_require_tls=False)
    with pytest.raises(TryLater):
        carrier(bare.port, who="lynx:p%40ss@").send(parcel())
    assert len(heard) == 1


def test_a_password_is_not_shown_to_a_server_that_cannot_prove_its_name(serve, certificate):
    theirs, _ = certificate
    server, mailbox = serve(tls_context=theirs)
    with pytest.raises(TryLater, match="no-connection"):
        carrier(server.port, who="lynx:secret@").send(parcel())
    assert mailbox.letters == []


def test_a_wrong_password_of_ours_waits(serve, certificate):
    theirs, ours = certificate
    server, _ = serve(tls_context=theirs, authenticator=lambda *_: AuthResult(success=False, handled=False))
    with pytest.raises(TryLater, match="535"):
        carrier(server.port, who="lynx:old@", tls=ours).send(parcel())


def test_smtps_is_encrypted_from_the_first_byte(serve, certificate):
    theirs, ours = certificate
    mailbox = Mailbox()
    server, _ = serve(mailbox, ssl_context=theirs)
    carrier(server.port, scheme="smtps", tls=ours).send(parcel())
    assert len(mailbox.letters) == 1
