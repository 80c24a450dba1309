"""Trains runs from the command line: under their locks, to the end, and records how they ended.

TensorFlow is imported only once the locks are held.
"""

from __future__ import annotations

import contextlib
import errno
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from charlstm.commands.output import end_progress, escaped, print_json, show_progress
from charlstm.commands.runs import word_figures
from charlstm.data.words import UNITS
from charlstm.engine import process
from charlstm.engine.standby import check_tensorflow
from charlstm.errors import CharlstmError, RunError, SettingsError
from charlstm.runs.config import ALIVE, DIVERGED, FAILED, FINISHED, STOPPED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import not_started
from charlstm.runs.opening import text_to_learn
from charlstm.runs.store import find, is_shipped
from charlstm.sampling.network import use_one_thread
from charlstm.training import import_tensorflow
from charlstm.training.record import seconds_of_limit

if TYPE_CHECKING:
    from charlstm.training.fit import MakeLearner


def resume_runs(
    *names: str,
    json_lines: bool = False,
    epochs: int | None = None,
    make_learner: MakeLearner | None = None,
) -> None:
    """Train runs further: one, up to a new total of epochs if that is given, or several."""
    check_tensorflow()
    runs = [find(name) for name in names]
    if len(set(names)) < len(names):
        raise RunError("A run cannot race against itself.")
    for run in runs:
        _check_can_resume(run, epochs)
    train_runs(*runs, json_lines=json_lines, epochs=epochs, make_learner=make_learner)


def _check_can_resume(run: RunFolder, epochs: int | None) -> None:
    """Refuse to train a run further, up to a new total of epochs if one is given."""
    if is_shipped(run):
        raise RunError(f"The run {run.name} comes with the app and cannot be trained further.")
    if run.is_imported:
        raise RunError(f"The run {run.name} was imported and cannot be trained further.")
    try:
        status = process.live_status(run)
    except RunError:
        return  # a crash can damage the status; other files say where to continue
    if status.phase == DIVERGED:
        raise RunError(f"The run {run.name} diverged; train one with a lower learning rate.")
    if epochs is None and status.status == FINISHED:
        raise RunError(f"The run {run.name} has finished; to continue give --epochs, a new total.")
    if epochs is not None and epochs <= status.epoch:
        raise SettingsError(
            f"The run {run.name} has done {status.epoch} epochs; the new total must be larger."
        )


def train_runs(
    *runs: RunFolder,
    json_lines: bool = False,
    are_new: bool = False,
    epochs: int | None = None,
    make_learner: MakeLearner | None = None,
) -> None:
    """Train runs to their ends, taking turns if there are several, and print how they ended.

    A new run is removed if the training cannot start; a new total of epochs is for the first run.
    Raises a RunError if a training is running already, or one of these failed.
    """
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(process.training_locks(*runs))
        except RunError:
            for run in runs if are_new else ():
                not_started(run)
            raise
        interrupted = held.enter_context(_interrupts())

        def command(run: RunFolder) -> str | None:
            return process.STOP if interrupted() else process.take_command(run)

        try:
            if epochs is not None:
                _set_epochs(runs[0], epochs)
            report = print_json if json_lines else _progress_of(runs)
            failure = _failure_of(runs, report, command, make_learner)
        except KeyboardInterrupt:
            _record_end(runs, STOPPED, "Interrupted.")
            raise
    end_progress()
    for run in runs:
        _print_end(run, process.known_status(run), json_lines=json_lines)
    if failure:
        raise RunError(failure)


@contextlib.contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or SIGTERM into a flag; a second one interrupts at once."""
    asked: list[int] = []

    def ask(number: int, _frame: Any) -> None:
        asked.append(number)  # first, as modules that are being imported may swallow an exception
        if len(asked) > 1 or "charlstm.training.fit" not in sys.modules:
            raise KeyboardInterrupt(number)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _set_epochs(run: RunFolder, epochs: int) -> None:
    config = run.config()
    settings = replace(config.settings, epochs=epochs, seconds=None)
    run.write_config(replace(config, settings=settings))


def _progress_of(runs: Sequence[RunFolder]) -> Callable[[dict[str, Any]], None]:
    """Return a function that shows a line of the history as progress."""
    settings = runs[0].config().settings
    units = {UNITS[run.config().settings.level] for run in runs}
    unit = units.pop() if len(units) == 1 else "symbol"

    def show(line: dict[str, Any]) -> None:
        held_out = line["held_out_loss"]
        shown = "" if held_out is None else f", held out {held_out:.3f}"
        loss = "not a number" if line["loss"] is None else f"{line['loss']:.3f}"
        seconds, epoch = line["seconds"], line["epoch"]
        done = seconds_of_limit(seconds, settings.seconds, epoch / settings.epochs)
        show_progress(
            f"{done or f'epoch {epoch:.2f} of {settings.epochs}, {seconds:.0f} s'}, loss {loss}"
            f"{shown}, {line['characters_per_second']:,} {unit}s/s"
        )

    return show


def _failure_of(
    runs: Sequence[RunFolder],
    report: Callable[[dict[str, Any]], None],
    command: Callable[[RunFolder], str | None],
    make_learner: MakeLearner | None,
) -> str:
    """Train; return why the training failed, having recorded it, or ``""``."""
    use_one_thread()
    try:
        texts = [text_to_learn(run) for run in runs]
        import_tensorflow()
        from charlstm.training.fit import fit

        made = {} if make_learner is None else {"make_learner": make_learner}
        fit(list(zip(runs, texts, strict=True)), report=report, command=command, **made)
        return ""
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "The disk is full. What was written is kept; make room and resume the run."
        else:
            reason = f"The run could not be written: {error.strerror or error}."
    except MemoryError:
        reason = "There is not enough memory; choose fewer cells or a smaller batch."
    except CharlstmError as error:
        reason = str(error)
    except Exception as error:
        _record_end(runs, FAILED, f"The training failed: {type(error).__name__}.")
        raise
    _record_end(runs, FAILED, reason)
    return reason


def _record_end(runs: Sequence[RunFolder], status: str, reason: str) -> None:
    for run in runs:
        last = run.last_status()
        if last.status in ALIVE:
            ended = replace(last, status=status, reason=reason, phase="", process="")
            with contextlib.suppress(OSError):  # the folder itself may be lost
                run.write_status(ended)


def _print_end(run: RunFolder, status: Status, *, json_lines: bool) -> None:
    best = status.best_held_out_loss
    words = word_figures(run.config(), best)
    if json_lines:
        print_json({"run": run.name, "status": status.status, "best_held_out_loss": best} | words)
        return
    shown = "" if best is None else f", held-out window loss {best:.4f} nats"
    if words and best is not None:
        shown += f" per token, {words['best_bits_per_character']:.4f} bits per character"
    print(escaped(f"{run.name}: {status.status}{shown}. {status.reason}".rstrip()))
