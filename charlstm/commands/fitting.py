"""A fit from the command line: under its locks, to its end, with what ended it written down.

Knows processes, signals and output; TensorFlow is imported only once the locks are held.
"""

from __future__ import annotations

import contextlib
import errno
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from charlstm.commands.output import end_progress, escaped, say, tell_progress
from charlstm.commands.reading import of_words
from charlstm.data.levels import UNITS
from charlstm.engine import process
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.config import ALIVE, FAILED, STOPPED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import not_started, text_to_learn
from charlstm.sampling.network import use_one_thread
from charlstm.settings.settings import Settings
from charlstm.training import import_tensorflow
from charlstm.training.record import seconds_of_limit

if TYPE_CHECKING:
    from charlstm.training.fit import MakeLearner


def train_runs(
    *runs: RunFolder,
    json_lines: bool = False,
    are_new: bool = False,
    before: Callable[[], object] = lambda: None,
    make_learner: MakeLearner | None = None,
) -> None:
    """Train runs to their ends, taking turns where there are several, and say how they ended.

    Args:
        runs: Their folders.
        json_lines: Whether to print JSON.
        are_new: Whether the folders should go if the training cannot start.
        before: Called once the locks are held.
        make_learner: See fit; the class Learner by default.

    Raises:
        RunError: If a training is running already, or one of these failed.
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
            before()
            report = _reporter(json_lines, _unit_of(runs), runs[0].config().settings)
            failure = _to_the_end(runs, report, command, make_learner)
        except KeyboardInterrupt:
            _write_ends(runs, STOPPED, "Interrupted.")
            raise
    end_progress()
    for run in runs:
        _tell_end(run, process.known_status(run), json_lines=json_lines)
    if failure:
        raise RunError(failure)


def _tell_end(run: RunFolder, status: Status, *, json_lines: bool) -> None:
    best = status.best_held_out_loss
    words = of_words(run.config(), best)
    if json_lines:
        say({"run": run.name, "status": status.status, "best_held_out_loss": best} | words)
        return
    shown = "" if best is None else f", held-out window loss {best:.4f} nats"
    if words and best is not None:
        shown += f" per token, {words['best_bits_per_character']:.4f} bits per character"
    print(escaped(f"{run.name}: {status.status}{shown}. {status.reason}".rstrip()))


def _to_the_end(
    runs: tuple[RunFolder, ...],
    report: Callable[[dict[str, Any]], None],
    command: Callable[[RunFolder], str | None],
    make_learner: MakeLearner | None,
) -> str:
    """Train, and write down in plain words what ended a run if it did not end by itself.

    Returns:
        Why the training failed, or ``""``.
    """
    use_one_thread()
    try:
        texts = [text_to_learn(run) for run in runs]
        import_tensorflow()
        from charlstm.training.fit import fit

        made = {} if make_learner is None else {"make_learner": make_learner}
        fit(list(zip(runs, texts, strict=True)), report=report, command=command, **made)
        return ""
    except OSError as error:
        reason = _why_not_written(error)
    except MemoryError:
        reason = "There is not enough memory; choose fewer cells or a smaller batch."
    except CharlstmError as error:
        reason = str(error)
    except Exception as error:
        _write_ends(runs, FAILED, f"The training failed: {type(error).__name__}.")
        raise
    _write_ends(runs, FAILED, reason)
    return reason


def _why_not_written(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: what was written stays; make room and resume the run."
    return f"The run could not be written: {error.strerror or error}."


def _write_ends(runs: tuple[RunFolder, ...], status: str, reason: str) -> None:
    for run in runs:
        last = run.last_status()
        if last.status in ALIVE:
            ended = replace(last, status=status, reason=reason, phase="", process="")
            with contextlib.suppress(OSError):  # the folder may be what was lost
                run.write_status(ended)


def _unit_of(runs: tuple[RunFolder, ...]) -> str:
    """Return what people call a symbol of these runs."""
    units = {UNITS[run.config().settings.level] for run in runs}
    return units.pop() if len(units) == 1 else "symbol"


def _reporter(json_lines: bool, unit: str, settings: Settings) -> Callable[[dict[str, Any]], None]:
    if json_lines:
        return say

    def tell(line: dict[str, Any]) -> None:
        held_out = line["held_out_loss"]
        shown = "" if held_out is None else f", held out {held_out:.3f}"
        loss = "not a number" if line["loss"] is None else f"{line['loss']:.3f}"
        seconds, epoch = line["seconds"], line["epoch"]
        done = seconds_of_limit(seconds, settings.seconds, epoch / settings.epochs)
        tell_progress(
            f"{done or f'epoch {epoch:.2f} of {settings.epochs}, {seconds:.0f} s'}, loss {loss}"
            f"{shown}, {line['characters_per_second']:,} {unit}s/s"
        )

    return tell


@contextlib.contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C, or a polite end, into a question; a second one ends at once."""
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
