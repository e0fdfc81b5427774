"""Twilio: sends texts, finds the ones whose fate is unknown, lists what came in, empties old ones, checks signatures."""

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlsplit

from carriers import N_, Refused, TryLater, Unknown

# The SDK costs 0.1-0.2 s and 8 MB, so each function imports what it uses of it.

LONGEST_VALIDITY_S = 36_000         # ValidityPeriod takes 1 to 36000 seconds
CLOCK_SLACK = timedelta(minutes=1)  # our clock and theirs, and their whole seconds
PAGE, MOST = 50, 1000               # messages; the newest come first, and an endless list must end somewhere

# What Twilio says of one number or one text: https://www.twilio.com/docs/api/errors
REASONS = {
    21211: N_("il numero non esiste"),
    21214: N_("il numero non si raggiunge"),
    21217: N_("il numero non esiste"),
    21408: N_("verso quel Paese non si può scrivere"),
    21610: N_("ha scritto STOP e non riceve SMS"),
    21612: N_("il numero non si raggiunge dal nostro"),
    21614: N_("il numero non è un cellulare"),
    21617: N_("il testo è troppo lungo"),
    30003: N_("il telefono è spento o senza rete"),
    30004: N_("il messaggio è stato bloccato"),
    30005: N_("il numero non esiste o non è attivo"),
    30006: N_("il numero è fisso o non riceve SMS"),
    30007: N_("il messaggio è stato filtrato come indesiderato"),
    30008: N_("non consegnato, il gestore non dice perché"),
    30036: N_("scaduto prima della consegna"),
}
OTHERWISE = N_("il gestore lo ha rifiutato")
NOT_NOW = N_("il gestore per ora non accetta messaggi")
NO_ANSWER = N_("non si sa se il gestore lo ha accettato")
GONE = N_("il gestore non ha questo messaggio")

# Our own sender, callback or account is wrong, or Twilio is closed for repairs. Nobody should land on the phone
# list for that: such a text waits, and goes once all is right again.
OURS = {
    21212, 21603, 21606, 21607, 21608, 21609, 21611, 21624, 21659, 21660, 21661, 21701, 21703, 21705, 21730,
    30001, 30002,
}


def reason(code):
    """What a Twilio error code means, in Italian words for a person; also for the codes of receipts."""
    return REASONS.get(_whole(code), OTHERWISE)


def signed(request, settings):
    """Whether Twilio signed this HTTP request.

    The signature covers the address that Twilio called: PUBLIC_URL, the path as quoted there and the query
    untouched. `request.url` is decoded, and behind a proxy it has another scheme and host.
    """
    url = settings.public_url.rstrip("/") + quote(request.path, safe="/:@!$&'()*+,;=~")
    if request.query_string:
        url += "?" + request.query_string.decode("latin-1")
    return is_signature(
        request.headers.get("X-Twilio-Signature", ""), url, request.form, settings.twilio_auth_token,
        request.headers.get("X-Twilio-Webhooks-Signature-Settings", ""),
    )


def is_signature(signature, url, params, token, how=""):
    """Whether `signature` is Twilio's for this address and form (a MultiDict: names may repeat).

    `how` is the header X-Twilio-Webhooks-Signature-Settings; without it the signature is HMAC-SHA1.
    Without a token nothing is signed: an empty key is one that everybody knows.
    """
    from twilio.request_validator import RequestValidator, get_signature_algorithm

    if not token:
        return False
    return RequestValidator(token).validate(url, params, signature, get_signature_algorithm(how))


@dataclass(frozen=True)
class Inbound:
    """A text that came in, as Twilio keeps it."""

    carrier_id: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    at: datetime


class Carrier:
    """Texts by Twilio's Messages resource (or what stands at TWILIO_API_URL)."""

    def __init__(self, settings, connect_s=5, read_s=15):
        self.settings = settings
        self.messages = _messages(settings, (connect_s, read_s))

    def send(self, parcel):
        """Twilio's id (SM...) of the accepted text. Raises `Refused`, `TryLater` or `Unknown`."""
        with _sending():
            message = self.messages.create(**self._fields(parcel))
        if not message.sid:
            raise Unknown("no-sid", NO_ANSWER)
        return message.sid

    def find(self, to, since, text, besides=()):
        """The id of the text with these words accepted for `to` after `since`, or None. Raises `TryLater`.

        `besides`: ids that other rows already hold, for the same words said twice within a minute.
        """
        since = since.astimezone(timezone.utc) - CLOCK_SLACK
        with _asking():
            for message in self._accepted_for(to, since):
                if message.sid not in besides and _is_it(message, since, text):
                    return message.sid
        return None

    def inbound_since(self, since):
        """The newest 1000 texts that came to our numbers since then (to the second): `Inbound`. Raises `TryLater`."""
        since = since.astimezone(timezone.utc)
        to = {} if self.settings.twilio_messaging_service_sid else {"to": self.settings.twilio_from}
        with _asking():
            return [
                Inbound(message.sid, message.from_, message.body or "", message.date_created)
                for message in self._listed(date_sent_after=since, **to)
                if message.direction == "inbound" and self._is_for_us(message)
            ]

    def redact(self, carrier_id):
        """Empty the words that Twilio keeps of one text; who wrote to whom and when stays in its log.

        Raises `Refused` where it has no such text, `TryLater` otherwise: also while a text is on its way.
        Source: https://www.twilio.com/docs/messaging/api/message-resource#update-a-message-resource
        """
        from twilio.base.exceptions import TwilioRestException

        with _asking():
            try:
                self.messages(carrier_id).update(body="")
            except TwilioRestException as error:
                if error.status == 404:
                    raise Refused(error.code, GONE) from None
                raise

    def _fields(self, parcel):
        callback = f"{self.settings.public_url.rstrip('/')}/twilio/status/{parcel.message_id}"
        return {
            "to": parcel.to,
            "body": parcel.text,
            "status_callback": callback,
            "validity_period": max(1, min(int(parcel.valid_for_s), LONGEST_VALIDITY_S)),
            **self._sender(),
        }

    def _sender(self):
        service = self.settings.twilio_messaging_service_sid
        return {"messaging_service_sid": service} if service else {"from_": self.settings.twilio_from}

    def _accepted_for(self, to, since):
        """What was sent, then what may still be queued there: it has no date, so a filter by date loses it."""
        yield from self._listed(to=to, date_sent_after=since)
        yield from self._listed(to=to, limit=PAGE)

    def _listed(self, limit=MOST, **wanted):
        return self.messages.stream(**wanted, limit=limit, page_size=PAGE)

    def _is_for_us(self, message):
        """An account may own other numbers; their texts are none of our business."""
        service = self.settings.twilio_messaging_service_sid
        return message.messaging_service_sid == service if service else message.to == self.settings.twilio_from


def _is_it(message, since, text):
    """Same words, not older than our attempt. A trial account puts a sentence of its own before ours."""
    made_at = message.date_created
    return bool(made_at and made_at >= since and (message.body or "").strip().endswith(text.strip()))


@contextmanager
def _sending():
    """Turn whatever goes wrong into the one question that matters: may it have been accepted?

    `from None`, because the causes quote the number.
    """
    from requests import RequestException
    from twilio.base.exceptions import TwilioException

    try:
        yield
    except TwilioException as error:
        raise _answered(error) from None
    except RequestException as error:
        raise _unanswered(error) from None
    except (ValueError, TypeError, AttributeError):  # a 201 whose JSON is broken, or is something else
        raise Unknown("bad-answer", NO_ANSWER) from None


@contextmanager
def _asking():
    """A question that failed changed nothing: it may be asked again."""
    from requests import RequestException
    from twilio.base.exceptions import TwilioException

    try:
        yield
    except (TwilioException, RequestException, ValueError, TypeError, AttributeError) as error:
        raise TryLater(getattr(error, "code", None) or "no-answer", NOT_NOW) from None


def _answered(error):
    """What an error answer says about the text.

    A 503 with Twilio's own code is the API declining before it took anything. Any other 5xx is unknown: a
    500 may come after the text was queued, a 502 or 504 is a gateway that lost the answer, and a 503
    without Twilio's code is some proxy's. Asking costs minutes, a second copy cannot be taken back.
    """
    status, code = _whole(getattr(error, "status", 500)), _whole(getattr(error, "code", 500))
    theirs = code != status  # the SDK puts the status where the body had no code
    if code in REASONS:
        return Refused(code, reason(code))
    if status >= 500 and not (status == 503 and theirs):
        return Unknown(code, NO_ANSWER)
    if status == 400 and theirs and code not in OURS:
        return Refused(code, OTHERWISE)
    return TryLater(code, NOT_NOW)


def _unanswered(error):
    """No answer: what never left (no name, no connection, an address that is none) may simply go later."""
    from requests import ConnectTimeout
    from urllib3.exceptions import NewConnectionError, ProxyError

    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, (ConnectTimeout, ValueError)) or isinstance(cause, (NewConnectionError, ProxyError)):
        return TryLater("no-connection", NOT_NOW)
    return Unknown("no-answer", NO_ANSWER)


def _whole(code):
    try:
        return int(code)
    except (TypeError, ValueError):
        return 0


def _messages(settings, timeout):
    """The SDK's Messages resource, with time-outs (it has none), elsewhere if so set, and silent."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    class Elsewhere(TwilioHttpClient):
        def request(self, method, url, *args, **options):
            return super().request(method, _moved(url, settings.twilio_api_url), *args, **options)

        def log_request(self, kwargs):
            """Nothing: the SDK's own line names the number."""

    http_client = Elsewhere()
    http_client.timeout = timeout  # set here, since the SDK's constructor knows no (connect, read)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # its DEBUG line holds ?To=
    return Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http_client).messages


def _moved(url, base):
    """The same request at another scheme and host; edge and region of the SDK cannot do that."""
    if not base:
        return url
    there = urlsplit(base)
    return urlsplit(url)._replace(scheme=there.scheme, netloc=there.netloc).geturl()
