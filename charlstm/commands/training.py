"""Commands that train: train, resume, ship. TensorFlow is imported only once all is checked."""

from __future__ import annotations

import argparse
import contextlib
import errno
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from charlstm.commands.output import download_progress, end_progress, say, tell_progress
from charlstm.data import named
from charlstm.data.corpus import MAX_SYMBOLS
from charlstm.errors import CharlstmError, RunError, SettingsError
from charlstm.runs import process
from charlstm.runs.folder import DIVERGED, FAILED, FINISHED, STOPPED, RunFolder, Status
from charlstm.runs.new import corpus_of, new_run, not_started, text_of_command
from charlstm.runs.shipping import ship_run
from charlstm.runs.store import find, is_shipped
from charlstm.sampling.threads import use_one_thread
from charlstm.training.quiet import import_tensorflow
from charlstm.training.settings import command_for, settings_for


def train(arguments: argparse.Namespace) -> None:
    """Train a new run."""
    settings = settings_for(
        arguments.recipe,
        epochs=arguments.epochs,
        seconds=arguments.seconds,
        units=arguments.units,
        layers=arguments.layers,
        learning_rate=arguments.learning_rate,
        batch=arguments.batch,
        held_out=arguments.held_out,
        seed=arguments.seed,
        lowercase=False if arguments.keep_case else None,
        guard=not arguments.no_guard,
    )
    if reason := process.why_no_training():
        raise RunError(reason)
    if other := process.running_run():
        raise RunError(f"A training is running already, {other.name}; stop it or wait for it.")
    corpus = named.load(arguments.corpus, download_progress)
    corpus = corpus.cased(lowercase=settings.lowercase)
    run = new_run(corpus, settings, arguments.run)
    _go_on(run, json_lines=arguments.json, is_new=True)


def resume(arguments: argparse.Namespace) -> None:
    """Go on with a run, up to a new total of epochs if one is given."""
    if reason := process.why_no_training():
        raise RunError(reason)
    run = find(arguments.run)
    if is_shipped(run):
        raise RunError(
            f"{run.name} comes with the app and stays as it is; train a run of your own."
        )
    _check_can_go_on(run, arguments.epochs)
    if not process.is_alive(run):
        process.take_command(run)  # one that an earlier process did not live to read
    _go_on(run, json_lines=arguments.json, epochs=arguments.epochs)


def _check_can_go_on(run: RunFolder, epochs: int | None) -> None:
    try:
        status = process.live_status(run)
    except RunError:
        # The status is one of the files that a crash can damage; the rest says where to go on.
        return
    if status.phase == DIVERGED:
        raise RunError(
            f"The run {run.name} diverged and going on would not mend it; train anew, perhaps with"
            " a lower learning rate."
        )
    if epochs is None and status.status == FINISHED:
        raise RunError(f"The run {run.name} has finished; to go on give --epochs, a new total.")
    if epochs is not None and epochs <= status.epoch:
        raise SettingsError(
            f"The run {run.name} has done {status.epoch} epochs; the new total must be larger."
        )


def _set_epochs(run: RunFolder, epochs: int) -> None:
    config = run.config()
    settings = replace(config.settings, epochs=epochs, seconds=None)
    name = text_of_command(run, config.corpus, config.keeps_text)
    run.write_config(replace(config, settings=settings, command=command_for(settings, name)))


def probe(arguments: argparse.Namespace) -> None:
    """Measure for a second how fast this machine trains a network of some shape."""
    settings = settings_for(
        arguments.recipe, units=arguments.units, layers=arguments.layers, batch=arguments.batch
    )
    if not 2 <= arguments.symbols <= MAX_SYMBOLS:
        raise SettingsError(f"The symbols must lie between 2 and {MAX_SYMBOLS:,}.")
    if reason := process.why_no_training():
        raise RunError(reason)
    import_tensorflow()
    from charlstm.training.probing import measured_speed

    say({"characters_per_second": round(measured_speed(settings, arguments.symbols))})


def ship(arguments: argparse.Namespace) -> None:
    """Put a finished run into assets/, in half precision and without the optimizer's state."""
    print(ship_run(find(arguments.run), most=arguments.checkpoints).path)


def _go_on(
    run: RunFolder, *, json_lines: bool, epochs: int | None = None, is_new: bool = False
) -> None:
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(process.training_locks(run))
        except RunError:
            if is_new:
                not_started(run)
            raise
        interrupted = held.enter_context(_interrupts())
        if epochs is not None:
            _set_epochs(run, epochs)
        corpus = corpus_of(run)

        def command() -> str | None:
            return process.STOP if interrupted() else process.take_command(run)

        status = _fit(run, corpus, _reporter(json_lines), command)
    end_progress()
    if json_lines:
        best = status.best_held_out_loss
        say({"run": run.name, "status": status.status, "best_held_out_loss": best})
    else:
        loss = status.best_held_out_loss
        shown = "" if loss is None else f", held-out window loss {loss:.4f} nats"
        print(f"{run.name}: {status.status}{shown}. {status.reason}".rstrip())
    if status.status == FAILED:
        raise RunError(status.reason)


def _fit(run: RunFolder, corpus: Any, report: Any, command: Callable[[], str | None]) -> Status:
    """Train, and write down in plain words what ended it if something did."""
    use_one_thread()
    try:
        import_tensorflow()
        from charlstm.training.fit import fit

        return fit(run, corpus, report=report, command=command)
    except KeyboardInterrupt:
        reason, status = "Interrupted.", STOPPED
    except OSError as error:
        reason, status = _why_not_written(error), FAILED
    except MemoryError:
        reason, status = (
            "There is not enough memory; choose fewer cells or a smaller batch.",
            FAILED,
        )
    except CharlstmError as error:
        reason, status = str(error), FAILED
    except Exception as error:
        _write_end(run, FAILED, f"The training failed: {type(error).__name__}.")
        raise
    return _write_end(run, status, reason)


def _why_not_written(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: what was written stays; make room and resume the run."
    return f"The run could not be written: {error.strerror or error}."


def _write_end(run: RunFolder, status: str, reason: str) -> Status:
    try:
        last = run.status()
    except RunError:
        last = Status()
    ended = replace(last, status=status, reason=reason, phase="")
    with contextlib.suppress(OSError):
        run.write_status(ended)
    return ended


def _reporter(json_lines: bool) -> Callable[[dict[str, Any]], None]:
    if json_lines:
        return say

    def tell(line: dict[str, Any]) -> None:
        held_out = line["held_out_loss"]
        shown = "" if held_out is None else f", held out {held_out:.3f}"
        loss = "not a number" if line["loss"] is None else f"{line['loss']:.3f}"
        tell_progress(
            f"epoch {line['epoch']:.2f}, {line['seconds']:.0f} s, loss {loss}{shown},"
            f" {line['characters_per_second']:,} characters/s"
        )

    return tell


@contextlib.contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C, or a polite end, into a question; a second one ends at once."""
    asked: list[int] = []

    def ask(number: int, _frame: Any) -> None:
        if asked or "charlstm.training.fit" not in sys.modules:
            raise KeyboardInterrupt
        asked.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
