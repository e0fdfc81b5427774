"""E-mail by SMTP: builds the letter, hands it over, says whether it was taken."""

import smtplib
import ssl
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from carriers import N_, Refused, TryLater, Unknown

# The default policy folds long lines, which mangles addresses in headers; 7bit passes every relay.
LETTER = SMTP.clone(max_line_length=998, cte_type="7bit")
PORTS = {"smtp": 587, "smtps": 465}

NO_SUCH_ADDRESS = N_("l'indirizzo non esiste o non riceve posta")
NOT_WANTED = N_("la posta è stata rifiutata")
NOT_NOW = N_("il server di posta per ora non accetta messaggi")
NO_ANSWER = N_("non si sa se il server di posta lo ha accettato")


class Carrier:
    """Mail by the server of SMTP_URL. It has nobody to ask: who sends again uses the same Message-ID."""

    def __init__(self, settings, timeout_s=15, tls=None):
        self.server = urlsplit(settings.smtp_url)
        self.sender = settings.mail_from
        self.host = urlsplit(settings.public_url).hostname
        self.timeout_s = timeout_s
        self.tls = tls or self._tls()

    def send(self, parcel):
        """The letter's Message-ID, once the server has it. Raises `Refused`, `TryLater` or `Unknown`."""
        letter = self.letter(parcel)
        with self._connection() as smtp:
            self._address(smtp, parcel.to)
            self._hand_over(smtp, letter)
        return letter["Message-ID"]

    def letter(self, parcel):
        """The letter as it goes: plain text, and HTML beside it if there is any. Raises `Refused`."""
        try:
            return self._written(parcel)
        except ValueError:  # a line break in a header, an address of letters that SMTP cannot carry
            raise Refused("letter", NO_SUCH_ADDRESS) from None

    def _written(self, parcel):
        parcel.to.encode("ascii")
        letter = EmailMessage(policy=LETTER)
        for name, value in {**self._headers(parcel), **parcel.headers}.items():
            letter[name] = value
        letter.set_content(parcel.text)
        if parcel.html:
            letter.add_alternative(_inlined(parcel.html), subtype="html")
        return letter

    def _headers(self, parcel):
        """Message-ID comes from the row alone, so that a second copy is recognised as one."""
        return {
            "From": self.sender,
            "To": parcel.to,
            "Subject": parcel.subject or "",
            "Date": formatdate(),
            "Message-ID": f"<message-{parcel.message_id}@{self.host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",  # Exchange does not know the line above
        }

    @contextmanager
    def _connection(self):
        """A connection that is ready for a letter; whatever fails before there is one may be tried later."""
        try:
            smtp = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(getattr(error, "smtp_code", "no-connection"), NOT_NOW) from None
        try:
            yield smtp
        finally:
            _leave(smtp)

    def _connected(self):
        secure = self.server.scheme == "smtps"
        dial, extra = (smtplib.SMTP_SSL, {"context": self.tls}) if secure else (smtplib.SMTP, {})
        port = self.server.port or PORTS[self.server.scheme]
        # our own name, since smtplib would ask the DNS for it
        smtp = dial(self.server.hostname, port, local_hostname=self.host, timeout=self.timeout_s, **extra)
        try:
            self._introduce(smtp, secure)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _introduce(self, smtp, secure):
        """STARTTLS where it is offered; a password never goes without it."""
        smtp.ehlo_or_helo_if_needed()
        if not secure and (smtp.has_extn("starttls") or self.server.username):
            smtp.starttls(context=self.tls)
            smtp.ehlo()
        if self.server.username:
            smtp.login(unquote(self.server.username), unquote(self.server.password or ""))

    def _tls(self):
        """Verified where it protects a password or was asked for by smtps.

        Without either, STARTTLS is only better than nothing (who can forge a certificate could as well hide
        the offer), and Debian's own relay on localhost has a certificate of nobody.
        """
        context = ssl.create_default_context()
        if self.server.scheme == "smtp" and not self.server.username:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _address(self, smtp, to):
        """Sender and recipient. A refused sender is our fault, not the recipient's: it waits."""
        try:
            ours, _ = smtp.mail(parseaddr(self.sender)[1])
            code, _ = smtp.rcpt(to) if ours == 250 else (ours, b"")
        except (OSError, smtplib.SMTPException):
            raise TryLater("no-answer", NOT_NOW) from None
        if code >= 500 and ours == 250:
            raise Refused(code, NO_SUCH_ADDRESS)
        if code not in (250, 251):
            raise TryLater(code, NOT_NOW)

    def _hand_over(self, smtp, letter):
        """The letter itself: from here on silence may mean that it was taken."""
        try:
            code, _ = smtp.data(letter.as_bytes())
        except smtplib.SMTPDataError as error:  # not even asked for the letter
            code = error.smtp_code
        except (OSError, smtplib.SMTPException):
            raise Unknown("no-answer", NO_ANSWER) from None
        if code >= 500:
            raise Refused(code, NOT_WANTED)
        if code >= 400:
            raise TryLater(code, NOT_NOW)
        if code != 250:
            raise Unknown(code, NO_ANSWER)


def _inlined(html):
    """Style sheets become style attributes, which every mail program reads; media queries stay behind them."""
    if "<style" not in html:
        return html
    import css_inline

    return css_inline.inline(html, keep_at_rules=True, load_remote_stylesheets=False)


def _leave(smtp):
    """Good-bye; if the server is gone already, the letter is no less taken."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()
