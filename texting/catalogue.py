"""What can be asked for and where, prepared once for reading texts against it."""

from functools import lru_cache
from typing import NamedTuple

from models import Municipality, Service
from texting.what import Offer
from texting.where import Gazetteer


class Known(NamedTuple):
    """A service as texts are read against it."""

    code: str
    name: str
    name_en: str
    sms_name: str
    need: str
    keywords: tuple


class Catalogue(NamedTuple):
    """The services and the comuni of a pilot, indexed."""

    offer: Offer
    gazetteer: Gazetteer


@lru_cache(maxsize=8)
def catalogue(services: tuple[Known, ...], comuni: tuple[str, ...]) -> Catalogue:
    """A catalogue of these, in the order they are offered in; the same ones are prepared only once."""
    return Catalogue(Offer(services), Gazetteer(comuni))


def loaded() -> Catalogue:
    """The catalogue of the database, read anew and prepared only if something in it has changed."""
    columns = (Service.code, Service.name, Service.name_en, Service.sms_name, Service.need, Service.keywords)
    services = tuple(Known(*row[:5], tuple(row[5] or ())) for row in Service.select(*columns).order_by(Service.id).tuples())
    comuni = tuple(name for name, in Municipality.select(Municipality.name).order_by(Municipality.name).tuples())
    return catalogue(services, comuni)
