"""How answers leave the house: safe headers, compressed, assets kept for a year, errors in words, logs with ids only."""

import gzip
import hashlib
import logging
import os
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

import peewee
from flask import Response, abort, current_app, g, make_response, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.utils import safe_join

from actions.moves import NotAllowed
from actions.trusting import TooMany

POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
          "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
YEAR_S = 365 * 24 * 3600
WORTH_SQUEEZING = 500  # bytes; below, gzip's own header eats what it saves
TEXT = re.compile(r"text/|image/svg|application/(javascript|json|manifest)")

TAKE_ALL = {"twilio"}  # a text that a phone garbled is still a person's: its door keeps it and lets a person read it

ERRORS = {
    400: (_l("Qualcosa non torna"),
          _l("Quello che è arrivato non si legge. Non abbiamo salvato nulla: torna indietro e riprova.")),
    403: (_l("Qui non si può entrare"),
          _l("Questa pagina è di qualcun altro. Apri il collegamento dell'ultimo messaggio che hai ricevuto.")),
    404: (_l("Questa pagina non c'è"),
          _l("L'indirizzo è sbagliato o non vale più. Apri il collegamento dell'ultimo messaggio che hai ricevuto.")),
    405: (_l("Così non si può"),
          _l("Questa pagina si apre in un altro modo. Torna indietro: non abbiamo salvato nulla.")),
    409: (_l("Troppo tardi"),
          _l("Nel frattempo qualcosa è cambiato e non abbiamo salvato nulla. Ricarica la pagina per vedere com'è ora.")),
    413: (_l("È troppo lungo"),
          _l("Quello che è arrivato è troppo grande. Non abbiamo salvato nulla: torna indietro e accorcialo.")),
    415: (_l("Qualcosa non torna"),
          _l("Quello che è arrivato non è nel formato che leggiamo. Non abbiamo salvato nulla.")),
    422: (_l("Qualcosa non torna"),
          _l("Quello che è arrivato non è completo. Non abbiamo salvato nulla: torna indietro e riprova.")),
    429: (_l("Troppe volte"),
          _l("L'hai già chiesto più volte. Non abbiamo salvato nulla: aspetta un'ora e riprova.")),
    500: (_l("Qualcosa si è rotto da noi"),
          _l("Non dipende da te. Riprova tra qualche minuto.")),
    503: (_l("Un momento"),
          _l("In questo momento non riusciamo a salvare nulla. Riprova tra qualche minuto.")),
}
SAID_BY_DOORS = {403, 404, 409, 422, 429}  # the framework's own words, of the other codes, are English and technical
EXPIRED = (_l("La pagina è rimasta aperta a lungo"),
           _l("Non abbiamo salvato nulla. Torna indietro, ricarica la pagina e premi di nuovo."))


def serve_well(app):
    """Everything in this file, put on the application."""
    app.before_request(refuse_broken_text)
    app.after_request(secure)
    app.after_request(squeeze)
    app.after_request(write_access_line)
    app.add_url_rule("/static/<path:filename>", "static", asset)
    app.url_defaults(add_fingerprint)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(NotAllowed, too_late)
    app.register_error_handler(TooMany, too_often)
    app.register_error_handler(peewee.OperationalError, out_of_order)
    app.register_error_handler(HTTPException, refused)


# ---------------------------------------------------------------- what comes in

def refuse_broken_text():
    """Bytes that are no UTF-8, and NUL, which PostgreSQL cannot keep, are a 400 wherever they stand.

    Werkzeug would put U+FFFD in their place, and a person's name would be wrong without anybody noticing.
    """
    g.began = time.perf_counter()
    if request.blueprint in TAKE_ALL:
        return
    parts = [request.environ["PATH_INFO"].encode("latin-1"), unquote_to_bytes(request.query_string)]
    if request.mimetype == "application/x-www-form-urlencoded":
        parts.append(unquote_to_bytes(request.get_data()))
    try:
        broken = any("\0" in part.decode() for part in parts) or _broken_multipart()
    except UnicodeDecodeError:
        broken = True
    if broken:
        abort(400)


def _broken_multipart():
    if request.mimetype != "multipart/form-data":
        return False
    return any(text is None or "\ufffd" in text or "\0" in text   # None: a field without a name
               for pair in request.form.items(multi=True) for text in pair)


# ---------------------------------------------------------------- what goes out

def secure(response):
    """The headers of every answer; a view that needs another policy has set its own."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Robots-Tag", "noindex")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if current_app.settings.https:
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-store")  # people share phones and browsers
        response.vary.add("HX-Request")
    return response


def squeeze(response):
    """Compress pages. Session cookies are SameSite, so no stranger can measure pages that hold our tokens."""
    if not TEXT.match(response.mimetype or "") or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if _takes_gzip() and "Content-Encoding" not in response.headers and len(body) >= WORTH_SQUEEZING:
        response.set_data(gzip.compress(body, 6))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _takes_gzip():
    return request.accept_encodings["gzip"] > 0


# ---------------------------------------------------------------- assets

class Asset(NamedTuple):
    """One file of static/, as it is sent."""

    body: bytes
    squeezed: bytes | None
    fingerprint: str


def asset(filename):
    """A file of static/: its address carries its fingerprint, so a browser may keep it for a year."""
    file = _asset_file(filename)
    if file is None:
        abort(404)
    kept = _asset(file, file.stat().st_mtime_ns)
    squeezed = kept.squeezed if _takes_gzip() else None
    response = Response(squeezed or kept.body, mimetype=_mimetype(file))
    if kept.squeezed:
        response.vary.add("Accept-Encoding")
    if squeezed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(kept.fingerprint + ("-gz" if squeezed else ""))
    known = request.args.get("v") == kept.fingerprint
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable" if known else "no-cache"
    return response.make_conditional(request)


def add_fingerprint(endpoint, values):
    """`url_for('static', filename=...)` says which edition of the file it means."""
    if endpoint == "static" and "v" not in values:
        file = _asset_file(values.get("filename", ""))
        if file:
            values["v"] = _asset(file, file.stat().st_mtime_ns).fingerprint


def _asset_file(filename):
    path = safe_join(current_app.static_folder, filename)
    return Path(path) if path and os.path.isfile(path) else None  # Path's own raises for a name no disk can hold


@lru_cache(maxsize=200)
def _asset(file, changed_ns):
    """Read and compressed once for each change of the file."""
    body = file.read_bytes()
    squeezed = gzip.compress(body, 9) if TEXT.match(_mimetype(file)) and len(body) >= WORTH_SQUEEZING else None
    return Asset(body, squeezed, hashlib.sha256(body).hexdigest()[:12])


def _mimetype(file):
    """By our own short list: the machine's table of types differs from one system to the next."""
    return {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
            ".webp": "image/webp", ".ico": "image/x-icon", ".txt": "text/plain",
            ".woff2": "font/woff2"}.get(file.suffix, "application/octet-stream")


# ---------------------------------------------------------------- errors

def refused(error):
    """Any refusal, as a page in words; redirects pass as they are.

    A door that can say it better does: `abort(409, _("..."))`.
    """
    if error.code is None or error.code < 400:
        return error
    own = error.description if error.code in SAID_BY_DOORS and error.description != type(error).description else None
    answer = error_page(error.code, words=own)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value  # Allow, Retry-After
    return answer


def expired(error):
    """The token that proves a form is ours is missing or of another visit."""
    return error_page(400, *EXPIRED)


def too_late(error):
    """Somebody was first, and the door had no page of its own for it."""
    return error_page(409)


def too_often(error):
    """A limit of tries was reached, and the door had no page of its own for it."""
    return error_page(429)


def out_of_order(error):
    """The database is away or busy. Nothing was written: the visitor, or the carrier, comes back."""
    current_app.log_exception((type(error), error, error.__traceback__))
    answer = error_page(503)
    answer.headers["Retry-After"] = "60"
    return answer


def error_page(status, title=None, words=None):
    """The page of an error. A status without words of its own borrows those of its family."""
    usual = ERRORS.get(status) or ERRORS[500 if status >= 500 else 400]
    title, words = title or usual[0], words or usual[1]
    answer = make_response(_drawn(status, title, words), status)
    if "HX-Request" in request.headers:
        # the whole page takes the place of the whole page, not of the card that was pressed
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "body", "innerHTML"
    return answer


def _drawn(status, title, words):
    try:
        return render_template("error.html", status=status, title=title, words=words)
    except Exception:  # the page of last resort leans on nothing that may be what broke
        current_app.logger.exception("the error page itself failed")
        lang = g.get("language", "it")
        home = escape(gettext("Torna all'inizio"))
        return (f'<!doctype html><html lang="{lang}"><title>{escape(title)}</title>'
                f'<h1>{escape(title)}</h1><p>{escape(words)}</p><p><a href="/">{home}</a></p></html>')


# ---------------------------------------------------------------- logs

access = logging.getLogger("lynx.access")
SECRET_PATHS = re.compile(r"/(l|calendar)/[^\s\"'?]+")
NUMBERS = re.compile(r"\+\d[\d ]{6,}\d|(?<!\w)(?:\d{9,}|3\d\d \d{3} ?\d{3,4}|0\d{1,3} \d{5,8})(?!\w)")
ADDRESSES = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def write_access_line(response):
    """One line a visit: no query, no token, no address of the visitor."""
    took_ms = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    access.info("%s %s %s %.0f ms", request.method, safe_path(request.path), response.status_code, took_ms)
    return response


def safe_path(path):
    """A path as it may be logged: what opens a door is left out, and no line break gets in."""
    return SECRET_PATHS.sub(r"/\1/-", quote(path))


class IdsOnly(logging.Formatter):
    """Log lines without numbers, addresses and tokens: a database's complaint quotes the row it refused."""

    def format(self, record):
        """The line, and the traceback if there is one, without them."""
        kept = [line for line in super().format(record).splitlines() if not line.lstrip().startswith("DETAIL:")]
        return ADDRESSES.sub("(address)", NUMBERS.sub("(number)", SECRET_PATHS.sub(r"/\1/-", "\n".join(kept))))


def log_ids_only():
    """Send this process's log to standard error by our format; somebody who logs in another way already keeps theirs."""
    handler = logging.StreamHandler()
    handler.setFormatter(IdsOnly("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("lynx").setLevel(logging.INFO)
