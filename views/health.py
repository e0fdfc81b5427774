"""The door for machines that ask how we are: load balancers and dead-man's switches."""

from datetime import timedelta

import peewee
from flask import Blueprint, current_app, request

from models import JobRun, Message

door = Blueprint("health", __name__)
OPEN = {"alive", "ready"}

LATE = timedelta(minutes=15)  # a message that waited so long, or a job silent for so long, needs somebody


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
    moments = [moment for moment in (oldest, *jobs.values()) if moment]
    return {
        "database": "ok",
        "migrations": "ok",
        "oldest_due_message_s": oldest and _seconds(at - oldest),
        "jobs_last_tick_s": {name: _seconds(at - tick) for name, tick in jobs.items()},
        "late": any(at - moment > LATE for moment in moments) or not jobs,
    }


def oldest_due(at):
    """Since when the oldest text or letter waits that should have gone out; None if none does."""
    row = Message.select(Message.due_at).where(
        Message.state == "queued", Message.due_at <= at, Message.expires_at > at).order_by(Message.due_at).first()
    return row and row.due_at


def job_ticks():
    """When each job last looked whether there was something to do."""
    return {run.job: run.done_at for run in JobRun.select().where(JobRun.slot == "tick").order_by(JobRun.job)}


def _seconds(delta):
    return max(0, round(delta.total_seconds()))
