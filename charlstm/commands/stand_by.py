"""The command ``stand-by``: get ready for a training, then go on with the run that is named.

Not for people: a web server starts it and tells it what to do (see engine/standby.py).
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
from typing import Any

from charlstm.commands.training import go_on_with
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from charlstm.sampling.network import use_one_thread
from charlstm.settings.settings import settings_from
from charlstm.training import import_tensorflow

IDLE_SECONDS = 600.0


def stand_by(_arguments: argparse.Namespace) -> None:
    """Load and compile what is asked for, until a run is named, the input ends, or time is up."""
    listener = _Listener()
    listener.start()
    use_one_thread()
    import_tensorflow()
    from charlstm.training.prepared import Prepared

    prepared = Prepared()
    while order := listener.next_order():
        if "run" in order:
            run = find(str(order["run"]))
            _print_into(run)
            go_on_with(run, make_learner=prepared)
            return
        asked = order["prepare"]
        prepared.prepare(settings_from(asked["settings"]), asked["symbols"], asked["length"])


class _Listener(threading.Thread):
    """Reads orders while the main thread compiles."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._orders: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def run(self) -> None:
        for line in sys.stdin:
            self._orders.put(json.loads(line))
        self._orders.put(None)

    def next_order(self) -> dict[str, Any] | None:
        """Return the next order, but of several preparations that wait only the last."""
        try:
            order = self._orders.get(timeout=IDLE_SECONDS)
            while order and "prepare" in order and not self._orders.empty():
                order = self._orders.get()
        except queue.Empty:
            return None
        return order


def _print_into(run: RunFolder) -> None:
    """Let all that is printed from now on stand in the run's own log."""
    with (run.path / "training.log").open("ab") as log:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
