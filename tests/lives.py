"""Random lives: how many are lived, the same ones each time unless more are asked for; a job that breaks is a failure."""

import logging
import os
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

LOGS = ("lynx.jobs", "lynx.ideas")      # where what broke is written, and the rest goes on


class Failures(logging.Handler):
    """A job that breaks writes it to the log and goes on; here that is a failure."""

    def emit(self, record):
        """Raise what the job caught."""
        raise record.exc_info[1] if record.exc_info else AssertionError(record.getMessage())


@contextmanager
def listening():
    """What would only be written to a log is raised."""
    failures = Failures()
    for name in LOGS:
        logging.getLogger(name).addHandler(failures)
    yield
    for name in LOGS:
        logging.getLogger(name).removeHandler(failures)


def live(machine, many, steps):
    """So many lives of so many steps of a machine that counts what was `done`. Returns what was."""
    machine.done.clear()
    more = os.environ.get("LYNX_LIVES")
    phases = [Phase.generate, Phase.shrink] if os.environ.get("LYNX_SHRINK") else [Phase.generate]
    run_state_machine_as_test(machine, settings=settings(
        max_examples=int(more or many), stateful_step_count=steps, deadline=None, derandomize=not more,
        database=None, phases=phases, suppress_health_check=list(HealthCheck)))
    return {verb for verb, times in machine.done.items() if times}
