"""Timekeeping: which scheduler does which run of which job, so that two of them do it once."""

import os
import socket
from datetime import timedelta

import peewee

from models import Instance, JobRun

from .moves import one_transaction

LEASE = timedelta(minutes=10)
TICK = timedelta(minutes=1)
OWNER = f"{socket.gethostname()}:{os.getpid()}"


def claim(job: str, slot: str, *, at) -> bool:
    """Claim one run. False when it is done, or another scheduler holds it; a lease that ran out may be taken over."""
    try:
        with JobRun._meta.database.atomic():
            JobRun.create(job=job, slot=slot, owner=OWNER, lease_until=at + LEASE)
            return True
    except peewee.IntegrityError:
        return bool(JobRun.update(owner=OWNER, lease_until=at + LEASE).where(
            JobRun.job == job, JobRun.slot == slot, JobRun.done_at.is_null(), JobRun.lease_until < at).execute())


@one_transaction
def done(job: str, slot: str, *, at):
    """This run is done and is not done again."""
    JobRun.update(done_at=at).where(JobRun.job == job, JobRun.slot == slot).execute()


@one_transaction
def tick(job: str, *, at):
    """The job is alive: at most one row written a minute, for `/readyz`."""
    if JobRun.update(done_at=at).where(JobRun.job == job, JobRun.slot == "tick",
                                       (JobRun.done_at < at - TICK) | (JobRun.done_at > at)).execute():
        return
    JobRun.insert(job=job, slot="tick", owner=OWNER, lease_until=at, done_at=at).on_conflict_ignore().execute()


@one_transaction
def move_clock(seconds: int):
    """Move a demonstration's clock forward by so many seconds."""
    Instance.update(clock_offset_s=Instance.clock_offset_s + seconds).where(Instance.demonstration).execute()
