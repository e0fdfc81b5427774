"""The public door: what this is, a company's poster and its link, the notices. Nobody is known here."""

import re
from email.utils import parseaddr

import segno
from flask import Blueprint, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import RadioField, StringField, TelField, ValidationError
from wtforms.validators import InputRequired

from actions import joining, trusting
from models import Company, Partner, Project, Service
from questions.people import memberships_of
from rules import hours, numbers, references, saying

from . import languages

door = Blueprint("public", __name__)

# The order of the funder's call: who pays and who manages it are named apart from those who do the work.
PAYERS = ("finanziatore", "gestore")
MAKERS = ("capofila", "ente", "associazione", "consorzio")

NEEDS = (("figli", _l("Figli")), ("anziani", _l("Anziani")), ("tempo", _l("Tempo")), ("ascolto", _l("Ascolto")))

TOO_MANY = _l("Abbiamo già mandato molti SMS da qui o a questo numero. Riprova più tardi, oppure chiamaci: "
              "il telefono è in fondo alla pagina.")

NOT_A_MOBILE = {
    "landline": _l("Questo è un numero fisso e non riceve SMS: scrivi il numero di un cellulare."),
    "foreign": _l("Questo numero non è italiano: per ora possiamo scrivere solo a cellulari italiani."),
    "invalid": _l("Questo non sembra un numero di cellulare: sono di solito dieci cifre e cominciano con 3."),
}


# ---------------------------------------------------------------- forms

class CodeForm(FlaskForm):
    """The code from a poster, typed by hand."""

    code = StringField(_l("Il codice della locandina"), description=_l("Cinque cifre"),
                       filters=[lambda text: _digits(text or "")])

    def validate_code(self, field):
        """The last digit checks the others, so that a slip is said here and now."""
        if not references.is_join_code(field.data):
            raise ValidationError(_("Questo codice non torna: guarda di nuovo le cifre sulla locandina."))


class NumberForm(FlaskForm):
    """The number that a personal link is sent to."""

    number = TelField(_l("Il tuo numero di cellulare"),
                      description=_l("Un cellulare italiano, per esempio 333 000 0001"))
    language = RadioField(_l("In che lingua ti scriviamo?"), validators=[InputRequired(_l("Scegli una lingua."))],
                          choices=languages.CHOICES)

    def validate_number(self, field):
        """Only Italian mobiles can be texted from a public form; keeps the number in `e164`."""
        if not (field.data or "").strip():
            raise ValidationError(_("Scrivi il tuo numero di cellulare."))
        try:
            self.e164 = numbers.italian_mobile(field.data)
        except numbers.NotMobile as error:
            raise ValidationError(NOT_A_MOBILE[error.why]) from error


def _digits(text):
    return re.sub(r"[^0-9]", "", text)


# ---------------------------------------------------------------- what this is

@door.get("/")
def front():
    """What this is, and the way on for whoever comes by."""
    return _front(CodeForm(formdata=None))


@door.post("/a")
def find_poster():
    """The code from a poster leads to its page."""
    form = CodeForm()
    if form.validate_on_submit():
        return redirect(url_for(".poster", code=form.code.data), 303)
    return _front(form), 422


@door.get("/a")
def no_poster():
    """Reloading a refused code, or the address without its code."""
    return redirect(url_for(".front"), 303)


def _front(form):
    projects = list(Project.select().order_by(Project.id))
    return render_template("public/front.html", form=form, needs=needs(), projects=projects,
                           demo=current_app.settings.demo, **partners())


# ---------------------------------------------------------------- a company's poster

@door.get("/a/<code>")
def poster(code):
    """The page behind the QR: who we are, what one can ask, and the number field."""
    return _poster(company_of(code), NumberForm(formdata=None, language=g.language))


@door.post("/a/<code>/numero")
def give_number(code):
    """Text a personal link to this number; the answer does not tell whether the number is known."""
    company, form = company_of(code), NumberForm()
    if not form.validate_on_submit():
        return _number_again(company, form), 422
    try:
        joining.invite(company, form.e164, form.language.data, address=request.remote_addr, at=g.at)
    except trusting.TooMany:
        form.number.errors = (TOO_MANY,)
        return _number_again(company, form), 429
    return go_to(url_for(".number_given", code=company.code, lang=form.language.data))


@door.get("/a/<code>/numero")
def back_to_poster(code):
    """Reloading a refused form, or changing its language."""
    return redirect(url_for(".poster", code=code), 303)


@door.get("/a/<code>/inviato")
def number_given(code):
    """What happens now; the same for every number."""
    company = company_of(code)
    return render_template("public/sent.html", company=company, demo=current_app.settings.demo,
                           **_whom_to_call(company), **senders())


@door.get("/a/<code>/locandina")
def printed_poster(code):
    """The sheet the firm puts up: A4, with strips to tear off."""
    company = company_of(code)
    project = project_of(company)
    address = f"{current_app.settings.public_url}/a/{company.code}"
    with force_locale("it"):  # whoever prints it, it hangs where Italian is read
        words = {**partners(project), **senders()}
    return render_template("public/poster_sheet.html", company=company, project=project, qr=qr(address),
                           address=address.split("://")[1], **words)


def _poster(company, form):
    project = project_of(company)
    return render_template("public/poster.html", form=form, company=company, needs=needs(project),
                           **_whom_to_call(company), **partners(project), **senders())


def _number_again(company, form):
    if current_app.htmx:
        return render_template("public/_number.html", company=company, form=form)
    return _poster(company, form)


def _whom_to_call(company):
    project = project_of(company)
    return {"current_person_line": project.whom_to_call}


def go_to(address):
    """On to another page, for htmx and without it."""
    return ("", 204, {"HX-Redirect": address}) if current_app.htmx else redirect(address, 303)


# ---------------------------------------------------------------- notices

@door.get("/privacy")
def privacy():
    """The notice (GDPR art. 13) in plain words."""
    leads = Partner.select(Partner, Project).join(Project).where(Partner.role == "capofila").order_by(Project.id)
    return render_template("public/privacy.html", leads=list(leads), version=joining.NOTICE_VERSION,
                           two_way=current_app.settings.sms_two_way)


@door.get("/accessibilita")
def accessibility():
    """What works for whom, and whom to tell when something does not."""
    return render_template("public/accessibility.html", projects=list(Project.select().order_by(Project.id)))


# ---------------------------------------------------------------- what the pages need

def company_of(code: str) -> Company:
    """The company with this join code, in a running project; else the page that helps to read the code again (404)."""
    company = Company.get_or_none(Company.code == _digits(code))
    if company is None or project_of(company) is None:
        abort(make_response(render_template("public/no_such_code.html", form=CodeForm(formdata=None)), 404))
    return company


def project_of(company: Company) -> Project | None:
    """The project this company belongs to today."""
    if "project" not in g:
        membership = memberships_of(company, hours.local(g.at).date()).first()
        g.project = membership and membership.project
    return g.project


def partners(project: Project | None = None) -> dict:
    """Who pays and who does the work, by name, of one project or of all."""
    rows = Partner.select(Partner.name, Partner.role).order_by(Partner.id)
    if project:
        rows = rows.where(Partner.project == project)
    rows = list(rows.tuples())
    return {"payers": _named(rows, PAYERS), "makers": _named(rows, MAKERS)}


def _named(rows, roles):
    names = [name for role in roles for name, its_role in rows if its_role == role]
    return _and(list(dict.fromkeys(names)))


def _and(names):
    return _(" e ").join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def needs(project: Project | None = None) -> list:
    """The four needs, each with two services that can be asked for now: (need, examples, no link)."""
    rows = Service.select(Service.need, Service.name, Service.name_en).where(Service.mode == "appuntamento")
    if project:
        rows = rows.where(Service.project.is_null() | (Service.project == project))
    rows = list(rows.order_by(Service.id).namedtuples())
    return [(word, ", ".join(_examples(rows, need)), None) for need, word in NEEDS]


def _examples(rows, need):
    heads = {}
    for row in rows:  # two kinds of baby-sitting are one example: their first word is the same, in Italian
        if row.need == need:
            name = saying.named(row, g.language)
            heads.setdefault(row.name.split()[0], name.split(":")[0].split("(")[0].strip())
    return list(heads.values())[:2]


def senders() -> dict:
    """From which number, mail address and web address we write, so that nobody else can pretend to be us."""
    settings = current_app.settings
    number = settings.twilio_from or (_("+39 333 000 0000 (dato dimostrativo)") if settings.demo else "")
    return {"our_number": number, "our_mail": parseaddr(settings.mail_from)[1], "our_address": settings.public_url,
            "two_way": settings.sms_two_way}


def qr(address: str) -> Markup:
    """The address as an inline drawing; without a style attribute, which the page's policy would refuse."""
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    return Markup(drawn)
