"""One row, one commit: a poisoned row is written to the log by its id and never stops the next."""

import logging

log = logging.getLogger("lynx.jobs")


def each(rows, act) -> int:
    """Act on each row; returns for how many that worked."""
    done = 0
    for row in list(rows):
        try:
            act(row)
            done += 1
        except Exception:
            log.exception("%s %s failed", row._meta.table_name, row.id)
    return done
