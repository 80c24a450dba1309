"""Commands that train: train, resume, race, probe, ship.

TensorFlow is imported only once all is checked.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from charlstm.commands.files import corpus_given
from charlstm.commands.fitting import train_runs
from charlstm.commands.options.settings import settings_asked
from charlstm.commands.output import say, tell
from charlstm.data.corpus import MANY_CAPITALS
from charlstm.data.levels import WORD
from charlstm.engine import process
from charlstm.engine.standby import why_no_training
from charlstm.errors import RunError, SettingsError
from charlstm.runs.config import DIVERGED, FINISHED
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run, text_of_command
from charlstm.runs.shipping import ship_run
from charlstm.runs.store import find, folder_bytes, is_shipped
from charlstm.settings.settings import FIELDS, command_for
from charlstm.training import import_tensorflow

if TYPE_CHECKING:
    from charlstm.training.fit import MakeLearner


def train(arguments: argparse.Namespace) -> None:
    """Train a new run."""
    if arguments.vocabulary is not None and arguments.level != WORD:
        raise SettingsError("--vocabulary is about a model of words; add --level word.")
    settings = settings_asked(arguments)
    if reason := why_no_training():
        raise RunError(reason)
    if other := process.running_run():
        raise RunError(f"A training is running already, {other.name}; stop it or wait for it.")
    corpus = corpus_given(arguments.corpus, lowercase=settings.lowercase)
    if corpus.capitals > MANY_CAPITALS:
        tell(
            f"{corpus.capitals:.0%} of the letters were capitals and were folded to lower case;"
            " where capitals carry meaning, as in SMILES, ABC or FASTA, add --keep-case."
        )
    run = new_run(corpus, settings, arguments.run)
    train_runs(run, json_lines=arguments.json, are_new=True)


def resume(arguments: argparse.Namespace) -> None:
    """Go on with a run, up to a new total of epochs if one is given."""
    if reason := why_no_training():
        raise RunError(reason)
    run = find(arguments.run)
    if is_shipped(run):
        raise RunError(
            f"{run.name} comes with the app and stays as it is; train a run of your own."
        )
    go_on_with(run, json_lines=arguments.json, epochs=arguments.epochs)


def go_on_with(
    run: RunFolder,
    *,
    json_lines: bool = False,
    epochs: int | None = None,
    make_learner: MakeLearner | None = None,
) -> None:
    """Go on with a run of this home, in this process.

    Args:
        run: Its folder.
        json_lines: Whether to print JSON.
        epochs: The new total, or None.
        make_learner: See fit; the class Learner by default.
    """
    _check_can_go_on(run, epochs)

    def set_epochs() -> None:
        if epochs is not None:
            _set_epochs(run, epochs)

    train_runs(run, json_lines=json_lines, before=set_epochs, make_learner=make_learner)


def race(arguments: argparse.Namespace) -> None:
    """Go on with several runs in one process; they take turns, so each has all cores."""
    if reason := why_no_training():
        raise RunError(reason)
    runs = [find(name) for name in arguments.runs]
    if len(set(arguments.runs)) < len(runs):
        raise RunError("A run cannot race against itself.")
    for run in runs:
        if is_shipped(run):
            raise RunError(f"{run.name} comes with the app and stays as it is.")
        _check_can_go_on(run, None)
    train_runs(*runs, json_lines=arguments.json)


def _check_can_go_on(run: RunFolder, epochs: int | None) -> None:
    if run.is_imported:
        raise RunError(
            f"The run {run.name} came as a file and stays as it is: what a resume needs does not"
            " travel."
        )
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
    settings = settings_asked(arguments)
    most = int(FIELDS["vocabulary"].high)
    if not 2 <= arguments.symbols <= most:
        raise SettingsError(f"The symbols must lie between 2 and {most:,}.")
    if reason := why_no_training():
        raise RunError(reason)
    import_tensorflow()
    from charlstm.training.prepared import measured_speed

    say({"characters_per_second": round(measured_speed(settings, arguments.symbols))})


def ship(arguments: argparse.Namespace) -> None:
    """Put a finished run into assets/, in half precision and without the optimizer's state."""
    shipped = ship_run(find(arguments.run), most=arguments.checkpoints)
    print(f"{shipped.path}: {folder_bytes(shipped.path) / 1e6:.2f} MB")
