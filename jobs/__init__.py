"""The timetable, which one can read aloud, and the one runner of all jobs. A job is f(now) -> how many."""

import logging
from datetime import time, timedelta
from typing import Callable, NamedTuple

from actions import timekeeping
from models import db
from rules import hours

from . import close, deliver, digest, escalate, forget, heartbeat, lists, receive, remind, tidy, turns

log = logging.getLogger("lynx.jobs")


class Line(NamedTuple):
    """One line of the timetable: a job, and how often or at what local hour it runs."""

    job: Callable
    every: timedelta | None = None
    daily: time | None = None

    @property
    def name(self):
        """The job's name, as in `run-jobs --once NAME`."""
        return self.job.__name__


def seconds(n):
    """Every n seconds."""
    return timedelta(seconds=n)


TIMETABLE = [
    Line(receive.receive, every=seconds(5)),           # texts that were stored are acted upon
    Line(turns.turns, every=seconds(5)),               # places: groups complete or called off, the waiting list
    Line(escalate.escalate, every=seconds(30)),        # reminders, the next cooperative, the desk
    Line(remind.remind, every=seconds(30)),            # the evening before, two hours before
    Line(receive.catch_up, every=seconds(300)),        # the carrier is asked for texts of the last hour
    Line(heartbeat.heartbeat, every=seconds(300)),     # somebody outside hears that we live
    Line(tidy.tidy, every=seconds(3600)),              # old codes, counters and claims go
    Line(digest.digest, daily=time(7, 30)),            # the coordinators' mail
    Line(lists.morning_lists, daily=time(7, 30)),      # today's visits, by mail
    Line(lists.evening_lists, daily=time(18, 0)),      # tomorrow's visits, by text
    Line(lists.ask_for_marks, daily=time(18, 0)),      # did the day go as planned?
    Line(forget.forget, daily=time(4, 0)),             # what has served its time goes, here and at the carrier
    Line(close.close, daily=time(6, 0)),               # requests whose week for objections is over
    Line(deliver.settle, every=seconds(60)),           # sent or not? the carrier is asked
    Line(deliver.deliver, every=seconds(5)),           # what is due goes out: last, so that one pass sends what it made due
]                                                      # nothing daily between 02:00 and 03:00: that hour comes twice, or never


def run(now, names=None) -> dict[str, int | None]:
    """Run what is to be run as of `now`: all jobs, or those named. Returns how many things each did; None: it failed."""
    return {line.name: _alone(line, now) for line in TIMETABLE if names is None or line.name in names}


def _alone(line, now):
    """One job that breaks does not stop the others."""
    try:
        return run_line(line, now)
    except Exception:
        log.exception("job %s failed", line.name)
        return None
    finally:
        if not db.is_closed() and db.in_transaction():
            db.rollback()


def run_line(line: Line, now) -> int:
    """One job, once: a daily one only after its hour and once a local day, whoever else runs it."""
    timekeeping.tick(line.name, at=now)
    if not line.daily:
        return line.job(now)
    wall = hours.local(now)
    slot = wall.date().isoformat()
    if wall.time() < line.daily or not timekeeping.claim(line.name, slot, at=now):
        return 0
    count = line.job(now)
    timekeeping.done(line.name, slot, at=now)
    return count


def start(app):
    """Start the scheduler in this process: it only wakes jobs up; what is due is in rows. Returns it."""
    from apscheduler.schedulers.background import BackgroundScheduler
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults=dict(
        coalesce=True, max_instances=1, misfire_grace_time=None))
    for line in TIMETABLE:
        scheduler.add_job(_wake, "interval", args=(app, line), id=line.name,
                          seconds=(line.every or timedelta(minutes=1)).total_seconds())
    scheduler.start()
    return scheduler


def _wake(app, line):
    with app.app_context():
        count = _alone(line, app.now())
        if count:
            log.info("job %s did %d", line.name, count)
