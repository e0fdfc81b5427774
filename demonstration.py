"""Serving the demonstration on one's own machine: one process, a few threads for pages, the scheduler inside."""

import logging
import socket

from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

import jobs


def taken(port: int) -> bool:
    """Whether somebody listens on this port of this machine already."""
    with socket.socket() as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def serve(port: int):
    """Serve until Ctrl+C."""
    Demonstration(port).run()


class Demonstration(BaseApplication):
    """One worker, so that the scheduler is there once."""

    def __init__(self, port):
        self.port = port
        super().__init__()

    def load_config(self):
        """What gunicorn is told."""
        for name, value in {"bind": f"127.0.0.1:{self.port}", "workers": 1, "threads": 4, "worker_class": "gthread",
                            "loglevel": "warning", "control_socket_disable": True,
                            "post_worker_init": begin_work}.items():
            self.cfg.set(name, value)

    def load(self):
        """Made in the worker: no connection crosses the fork."""
        return import_app("app:create_app()")


def begin_work(worker):
    """The worker is ready: the jobs begin, and the address is said."""
    logging.getLogger("lynx.access").setLevel(logging.WARNING)  # the terminal stays readable
    jobs.start(worker.wsgi)
    host, port = worker.sockets[0].getsockname()
    print(f"\n  Welfare Lynx is at http://{host}:{port}\n  Open http://{host}:{port}/demo: every phone, every mailbox, "
          "a clock to move.\n  Ctrl+C stops it.\n", flush=True)
