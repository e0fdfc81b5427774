"""The door for machines that ask how we are: load balancers and dead-man's switches."""

from datetime import timedelta

import peewee
from flask import Blueprint, current_app, request

from models import JobRun, Message

door = Blueprint("health", __name__)
OPEN = {"alive", "ready"}

LATE = timedelta(minutes=15)  # a message that waited so long, or a job overdue by so much, needs somebody


@door.get("/healthz")
def alive():
    """The process serves; nothing else is asked."""
    return {"alive": True}


@door.get("/readyz")
def ready():
    """Whether the database answers and its tables are ours (else 503); `?strict=1` also minds lateness."""
    try:
        report = _report(current_app.now())
    except peewee.PeeweeException:
        current_app.logger.exception("the database does not answer")
        report = {"database": "unreachable"}
    good = report.get("migrations") == "ok" and not (report.get("late") and request.args.get("strict") == "1")
    return report, 200 if good else 503


def _report(at):
    if current_app.extensions["pending"]():
        return {"database": "ok", "migrations": "pending"}
    oldest, jobs = oldest_due(at), job_ticks()
    return {
        "database": "ok",
        "migrations": "ok",
        "oldest_due_message_s": oldest and _seconds(at - oldest),
        "jobs_last_tick_s": {name: _seconds(at - tick) for name, tick in jobs.items()},
        "late": not jobs or _is_late(oldest, at) or any(_is_silent(name, tick, at) for name, tick in jobs.items()),
    }


def _is_late(oldest, at):
    return oldest is not None and at - oldest > LATE


def _is_silent(name, tick, at):
    return at - tick > LATE + current_app.extensions["timetable"][name]


def oldest_due(at):
    """Since when the oldest text or letter waits that should have gone out; None if none does."""
    row = Message.select(Message.due_at).where(
        Message.state == "queued", Message.due_at <= at, Message.expires_at > at).order_by(Message.due_at).first()
    return row and row.due_at


def job_ticks():
    """When each job of today's timetable last looked whether there was something to do; one that left it is nobody's."""
    ticks = JobRun.select().where(JobRun.slot == "tick", JobRun.job.in_(list(current_app.extensions["timetable"])))
    return {run.job: run.done_at for run in ticks.order_by(JobRun.job)}


def _seconds(delta):
    return max(0, round(delta.total_seconds()))
