"""A stand-in for Twilio's Messages API on a port of this machine: for tests, and for trying a journey by hand.

    python -m tests.standin_twilio --port 9999

prints the settings that lead here, then every text that it is given. A line typed as `+393330000001 STOP`
comes in from that number. The last four digits of a recipient choose what happens (`MISHAPS`).
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import threading
import uuid
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

ACCOUNT = "AC" + "0" * 32
TOKEN = "only-for-trying"
NUMBER = "+393330009000"
LIST = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
ONE = re.compile(rf"/2010-04-01/Accounts/{ACCOUNT}/Messages/((?:SM|MM)[0-9a-f]{{32}})\.json")
MISHAPS = {
    "9611": "21211: not a number",
    "9610": "21610: has written STOP",
    "9606": "21606: we may not send from our number (our mistake)",
    "9429": "429: too many requests",
    "9500": "500 after it was accepted",
    "9503": "503 from the API, nothing accepted",
    "9502": "503 from a proxy, in HTML, after it was accepted",
    "9408": "accepted, then silence until the client gives up",
    "9409": "accepted, then the connection breaks",
    "9201": "accepted, but the JSON of the 201 is broken",
    "9202": "accepted, but the answer names no id",
    "9100": "accepted and still queued: it has no date_sent yet",
    "9303": "accepted, and the receipts say undelivered, 30003",
}
# Codes and sentences as Twilio gives them: https://www.twilio.com/docs/api/errors
ERRORS = {
    20003: (401, "Authenticate"),
    20009: (409, "Not before it is complete"),  # of this one only the number is Twilio's
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20503: (503, "Service is temporarily unavailable"),
    21211: (400, "Invalid 'To' Phone Number: {To}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number {From} is not a valid, message-capable Twilio phone number."),
    21609: (400, "The 'StatusCallback' URL {StatusCallback} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "To number: {To}, is not a mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21624: (400, "Validity period must be between 1 and 36000"),
}
BY_ENDING = {"9611": 21211, "9610": 21610, "9606": 21606, "9429": 20429, "9503": 20503}
DIRECT = build_opener(ProxyHandler({}))  # our own machine is never behind a proxy


class StandIn:
    """Twilio in small: keeps `messages` (oldest first) and `exchanges` (each call and its answer)."""

    def __init__(self, port=0, receipts=False, webhook=None, say=lambda line: None):
        self.receipts, self.webhook, self.say = receipts, webhook, say
        self.messages, self.exchanges = [], []
        self.lock, self.closing = threading.Lock(), threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), Door)
        self.server.daemon_threads = True
        self.server.stand_in = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def accept(self, fields):
        """A text that was asked for, kept as Twilio's resource."""
        queued = fields["To"].endswith("9100")
        service = fields.get("MessagingServiceSid")
        message = resource(NUMBER if service else fields["From"], fields["To"], fields["Body"], "outbound-api",
                           "queued", sent=not queued, service=service)
        self._keep(message)
        if self.receipts and fields.get("StatusCallback"):
            undelivered = fields["To"].endswith("9303")
            steps = [("sent", None), ("undelivered", 30003) if undelivered else ("delivered", None)]
            threading.Thread(target=self._report_all, args=(message, fields["StatusCallback"], steps)).start()
        return message

    def text(self, number, words):
        """A text from `number` comes in and is told to the webhook, if there is one: (status, answer) or None."""
        message = resource(number, NUMBER, words, "inbound", "received")
        self._keep(message)
        if self.webhook is None:
            return None
        return call_back(self.webhook, {
            "MessageSid": message["sid"], "SmsMessageSid": message["sid"], "SmsSid": message["sid"],
            "AccountSid": ACCOUNT, "From": number, "To": NUMBER, "Body": words,
            "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01",
        })

    def report(self, message, callback, status, error_code=None):
        """One signed receipt: (status, answer)."""
        message["status"], message["error_code"] = status, error_code
        fields = {
            "MessageSid": message["sid"], "SmsSid": message["sid"], "AccountSid": ACCOUNT,
            "From": message["from"], "To": message["to"],
            "MessageStatus": status, "SmsStatus": status, "ApiVersion": "2010-04-01",
        }
        return call_back(callback, fields | ({"ErrorCode": str(error_code)} if error_code else {}))

    def empty(self, sid, fields):
        """Empty the words of a kept text, which is all that may be changed of one at rest: (error code, message)."""
        message = next((message for message in self.messages if message["sid"] == sid), None)
        if message is None:
            return 20404, None
        if message["status"] in ("queued", "sending") and message["date_sent"] is None:
            return 20009, None
        if fields.get("Body") == "":
            message["body"] = ""
        return None, message

    def page(self, query):
        """The newest first, filtered and paged as Twilio does."""
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        found = [message for message in reversed(self.messages) if matches(message, query)]
        start, end = page * size, min((page + 1) * size, len(found))

        def address(page):
            return f"{LIST}?{urlencode(query | {'PageSize': size, 'Page': page})}"

        return {
            "first_page_uri": address(0), "uri": address(page), "page": page, "page_size": size,
            "previous_page_uri": address(page - 1) if page else None,
            "next_page_uri": address(page + 1) + "&PageToken=PA" + found[end]["sid"] if end < len(found) else None,
            "start": start, "end": max(end - 1, 0), "messages": found[start:end],
        }

    def _keep(self, message):
        with self.lock:
            self.messages.append(message)
        self.say(f"{message['from']} -> {message['to']}  {message['body']}")

    def _report_all(self, message, callback, steps):
        for status, error_code in steps:
            answer = self.report(message, callback, status, error_code)
            self.say(f"   receipt {status}: {answer[0]}")


class Door(BaseHTTPRequestHandler):
    """The HTTP side: who calls, what was asked, and the mishaps."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """Send a message, or change one."""
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fields = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        if one := ONE.fullmatch(urlsplit(self.path).path):
            return self._change(one[1], fields)
        error = self._locked() or complaint(fields)
        if error:
            return self._refuse(error, fields)
        message = self._home.accept(fields)
        return MISTREATED.get(fields["To"][-4:], Door._created)(self, message)

    def _change(self, sid, fields):
        error, message = (20003, None) if self._is_stranger() else self._home.empty(sid, fields)
        return self._refuse(error, fields) if error else self._answer(200, message)

    def do_GET(self):
        """List messages."""
        self.body = b""
        error = self._locked()
        if error:
            return self._refuse(error, {})
        query = dict(parse_qsl(urlsplit(self.path).query))
        query.pop("PageToken", None)
        return self._answer(200, self._home.page(query))

    @property
    def _home(self):
        return self.server.stand_in

    def _is_stranger(self):
        return self.headers.get("Authorization") != "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    def _locked(self):
        if self._is_stranger():
            return 20003
        return None if unquote(urlsplit(self.path).path) == LIST else 20404

    def _refuse(self, code, fields):
        status, sentence = ERRORS[code]
        more_info = f"https://www.twilio.com/docs/errors/{code}"
        message = re.sub(r"\{(\w+)\}", lambda name: fields.get(name[1], ""), sentence)
        self._answer(status, {"code": code, "message": message, "more_info": more_info, "status": status})

    def _created(self, message):
        self._answer(201, message)

    def _created_nameless(self, message):
        self._answer(201, {name: value for name, value in message.items() if name != "sid"})

    def _created_broken(self, message):
        self._write(201, "application/json", json.dumps(message)[:-20])

    def _fail(self, message):
        self._write(500, "application/json", json.dumps({"code": 20500, "message": "Internal", "status": 500}))

    def _fail_at_the_proxy(self, message):
        self._write(503, "text/html", "<h1>503 Service Unavailable</h1>")

    def _hang(self, message):
        """Silence for longer than anybody should wait."""
        if self._home.closing.wait(30):
            return self._hang_up(message)
        return self._created(message)

    def _hang_up(self, message):
        self.close_connection = True

    def _answer(self, status, content):
        self._write(status, "application/json", json.dumps(content))

    def _write(self, status, kind, text):
        self._home.exchanges.append({
            "method": self.command, "path": self.path, "headers": dict(self.headers), "body": self.body,
            "status": status, "kind": kind, "answer": text,
        })
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Nothing: `say` tells what matters."""


MISTREATED = {
    "9500": Door._fail, "9502": Door._fail_at_the_proxy, "9408": Door._hang, "9409": Door._hang_up,
    "9201": Door._created_broken, "9202": Door._created_nameless,
}


def complaint(fields):
    """The error code that Twilio has for such a request, or None."""
    to, sender = fields.get("To", ""), fields.get("From") or fields.get("MessagingServiceSid")
    validity = fields.get("ValidityPeriod", "36000")
    checks = [
        (21604, not to),
        (21211, not re.fullmatch(r"\+[1-9]\d{6,14}", to)),
        (21614, to.startswith("+390")),
        (21603, not sender),
        (21602, not fields.get("Body")),
        (21617, len(fields.get("Body", "")) > 1600),
        (21609, not urlsplit(fields.get("StatusCallback", "http://x")).hostname),
        (21624, not (validity.isdigit() and 1 <= int(validity) <= 36000)),
        (BY_ENDING.get(to[-4:]), to[-4:] in BY_ENDING),
    ]
    return next((code for code, wrong in checks if wrong), None)


def resource(sender, to, body, direction, status, sent=True, service=None):
    """A message as Twilio's JSON has it; times are whole seconds."""
    sid, now = "SM" + uuid.uuid4().hex, format_datetime(datetime.now(timezone.utc))
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
    return {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": body, "direction": direction,
        "date_created": now, "date_sent": now if sent else None, "date_updated": now,
        "error_code": None, "error_message": None, "from": sender, "to": to,
        "messaging_service_sid": service, "num_media": "0", "num_segments": "1",
        "price": None, "price_unit": "USD", "sid": sid, "status": status,
        "subresource_uris": {"media": f"{path}/Media.json"}, "uri": f"{path}.json",
    }


def matches(message, query):
    """Whether a message belongs to the list that was asked for. One without a date is on no dated list."""
    if message["to"] != query.get("To", message["to"]) or message["from"] != query.get("From", message["from"]):
        return False
    after, before = query.get("DateSent>"), query.get("DateSent<")
    if not (after or before):
        return True
    sent = message["date_sent"] and parsedate_to_datetime(message["date_sent"])
    return bool(sent) and (not after or moment(after) <= sent) and (not before or sent <= moment(before))


def moment(text):
    """A filter's date or moment, in UTC."""
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def signature(url, fields):
    """X-Twilio-Signature, written from Twilio's description rather than with its SDK, which is what we test.

    https://www.twilio.com/docs/usage/security: HMAC-SHA1 of the address and the sorted fields.
    """
    text = url.partition("#")[0] + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


def call_back(url, fields):
    """A signed POST as Twilio's own: (status, answer); status 0 if nobody answered."""
    request = Request(url, urlencode(fields).encode(), {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1", "X-Twilio-Signature": signature(url, fields),
    })
    try:
        with DIRECT.open(request, timeout=15) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, OSError) as error:
        return 0, str(error)


def main():
    """Stand in until Ctrl-C; what is typed comes in as texts."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--port", type=int, default=9999)
    options.add_argument("--webhook", default="http://127.0.0.1:8000/twilio/sms", help="where texts that come in go")
    chosen = options.parse_args()
    with StandIn(chosen.port, receipts=True, webhook=chosen.webhook, say=say) as twilio:
        say(f"SMS_CARRIER=twilio TWILIO_API_URL={twilio.url} TWILIO_ACCOUNT_SID={ACCOUNT} "
            f"TWILIO_AUTH_TOKEN={TOKEN} TWILIO_FROM={NUMBER}")
        say("\n".join(f"  ...{ending}  {what}" for ending, what in MISHAPS.items()))
        listen(twilio)


def say(line):
    """Print at once, also into a pipe."""
    print(line, flush=True)


def listen(twilio):
    """Lines such as `+393330000001 STOP`, until Ctrl-C; without a keyboard it just stays."""
    try:
        for line in sys.stdin:
            number, _, words = line.strip().partition(" ")
            if number:
                status, answer = twilio.text(number, words)
                say(f"   webhook answered {status} {answer}")
        threading.Event().wait()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
