"""How long a text takes to be stored: `python -m bench.webhook`.

Signed texts at an even pace, twenty a second for half a minute, to a server that this command starts on this machine with
a database of its own, as a server runs it. Beside it, in the same run and by turns, a bare WSGI application that only reads
the form: the figure can then be compared between machines.
"""

import argparse
import contextlib
import http.client
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "only-for-measuring-0123456789abcdef"
PATH = "/twilio/sms"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LONGEST = 120       # seconds a run may take at all


def bare(environ, start_response):
    """The floor: read what was sent, store nothing, answer."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [b"<Response/>"]


def main(arguments=None):
    """Print what it takes; exit 1 where a text in a hundred takes longer than promised, or one was not stored."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--per-second", type=int, default=20)
    asked.add_argument("--seconds", type=int, default=30)
    asked.add_argument("--promised-ms", type=float, default=25.0)
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        ours, floor = free_port(), free_port()
        env = settings(folder, ours)
        command("flask", "--app", "app", "init-db", env=env)
        for port, application in ((ours, "app:create_app()"), (floor, "bench.webhook:bare")):
            running.callback(stop, serve(port, application, env))
            wait_for(port)
        spent = measured(ours, floor, options.per_second, min(options.seconds, LONGEST))
        stored = count(folder)
    return tell(spent, stored, options)


# ---------------------------------------------------------------- the two servers

def settings(folder, port):
    """A house with a database of its own, whose carrier is asked for nothing."""
    return {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench.db", "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SECRET_KEY": secrets.token_urlsafe(48), "ENCRYPTION_KEY": secrets.token_urlsafe(48), "DEMO": "0", "SMS_CARRIER": "twilio", "MAIL_CARRIER": "local",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": "+390350000000",
            "TWILIO_API_URL": "http://127.0.0.1:9"}


def command(*words, env):
    """Run a command of the house's environment to its end."""
    subprocess.run([Path(sys.executable).parent / words[0], *words[1:]], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def serve(port, application, env):
    """Start a server as the house is served."""
    return subprocess.Popen([Path(sys.executable).parent / "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "2",
                             "--no-control-socket", application], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)


def stop(server):
    """End a server that was started here."""
    server.terminate()
    server.wait(10)


def free_port():
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port, patience=30):
    """Until somebody listens there."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nobody listens on port {port}")


# ---------------------------------------------------------------- measuring

def measured(ours, floor, per_second, seconds):
    """Milliseconds of each text, ours and the floor's, each sent at its moment whatever became of the one before."""
    spent = {ours: [], floor: []}
    with ThreadPoolExecutor(16) as senders:
        for warm in range(10):
            send(ours, f"warm{warm}"), send(floor, f"warm{warm}")
        begun = time.monotonic()
        sent = []
        for number in range(per_second * seconds):
            time.sleep(max(0.0, begun + number / per_second - time.monotonic()))
            sent += [(port, senders.submit(send, port, str(number))) for port in (ours, floor)]
        for port, one in sent:
            spent[port].append(one.result())
    return sorted(spent[ours]), sorted(spent[floor])


def send(port, name):
    """One signed text on a connection of its own, as a carrier sends it. Returns milliseconds."""
    fields = {"MessageSid": f"SM{name}", "From": f"+39333{int(''.join(c for c in name if c.isdigit()) or 0):07}", "To": "+390350000000",
              "Body": "ciao avrei bisogno di una baby sitter venerdì dalle 15 alle 18 a Romano"}
    signature = RequestValidator(TOKEN).compute_signature(f"http://127.0.0.1:{port}{PATH}", fields)
    begun = time.perf_counter()
    there = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    there.request("POST", PATH, urlencode(fields), {**FORM, "X-Twilio-Signature": signature})
    answer = there.getresponse()
    answer.read()
    there.close()
    if answer.status != 200:
        raise SystemExit(f"answered {answer.status}")
    return (time.perf_counter() - begun) * 1000


def count(folder):
    """How many texts were stored."""
    with contextlib.closing(sqlite3.connect(f"{folder}/bench.db")) as kept:
        return kept.execute("SELECT COUNT(*) FROM inbound_message WHERE carrier_id NOT LIKE 'SMwarm%'").fetchone()[0]


def tell(spent, stored, options):
    """Print the figures as one JSON object; 1 where the promise is not kept."""
    ours, floor = ([round(at(some, part), 2) for part in (0.5, 0.99)] for some in spent)
    print(json.dumps({"texts": len(spent[0]), "stored": stored, "p50_ms": ours[0], "p99_ms": ours[1], "floor_p50_ms": floor[0],
                      "floor_p99_ms": floor[1], "ratio_p50": round(ours[0] / floor[0], 1), "ratio_p99": round(ours[1] / floor[1], 1),
                      "promised_p99_ms": options.promised_ms}))
    return int(ours[1] > options.promised_ms or stored != len(spent[0]))


def at(some, part):
    """The value below which this part of a sorted row lies."""
    return some[min(len(some) - 1, int(len(some) * part))]


if __name__ == "__main__":
    sys.exit(main())
