"""Telling the coordinators at once, by mail, that something needs them: counts, a reference, a link; no names."""

from datetime import timedelta

from models import Project
from questions.people import all_projects, duty_coordinators, on_duty
from rules import hours

from .outbox import queue
from .trusting import link_to


def tell(project: Project, why: str, *, at, request=None, detail="", **says):
    """Queue one mail per coordinator of the project (or who stands in). `why` picks the sentence; `says` fills it."""
    about = {"request": request} if request else {}
    for coordinator in duty_coordinators(project, hours.local(at).date()):
        queue("told", coordinator, at=at, worth=at + timedelta(days=1), hours_class="now", says={"why": why, **says},
              detail=f"{why}{detail}", project=project, link=link_to("desk", at=at, coordinator=coordinator), **about)


def tell_duty(project: Project, why: str, *, at, request=None, detail="", hours_class=None, **says):
    """Text the numbers of those on duty about something urgent: from 8 to 20, every day; an emergency ("now") at any hour."""
    about = {"request": request} if request else {}
    for coordinator in on_duty(project, hours.local(at).date()):
        queue("told", coordinator, at=at, worth=at + timedelta(days=1), channel="sms", says={"why": why, **says},
              detail=f"{why}{detail}", project=project, hours_class=hours_class, **about,
              link=link_to("desk", at=at, coordinator=coordinator))


def tell_ceiling(*, at):
    """No text goes out any more today or this month: every project hears of it, once a day."""
    for project in all_projects():
        tell(project, "ceiling", at=at, detail=f":{hours.local(at).date()}")
