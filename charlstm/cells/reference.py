"""The text that a run's cells are scored on and searched in: which part of it, and whose it is.

Knows run folders and corpora that are at hand; downloads nothing and scores nothing, and of a long
text it holds that part alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.cells.lstm import STATES
from charlstm.data import named
from charlstm.data.blocks import part
from charlstm.data.corpus import Learnable
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.config import RunConfig
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import text_to_learn

MOST_CHARACTERS = 60_000
_MOST_STATES = 30_000_000
"""Numbers that the states of a text may be: in float32, 120 MB."""


@dataclass(frozen=True)
class Reference:
    """A text for a run's cells.

    Attributes:
        text: As the network sees it.
        what: Where it is from, a phrase for people.
    """

    text: str
    what: str


def reference_of(run: RunFolder) -> Reference:
    """Return the held-out text of a run; where nothing is held out, the end of what it learned.

    Raises:
        RunError: If the text is not on this machine, or no longer the one that was learned.
    """
    reference_words(run)
    try:
        return reference_in(text_to_learn(run), run.config())
    except RunError:
        raise
    except CharlstmError as error:
        raise RunError(str(error)) from error


def reference_words(run: RunFolder) -> str:
    """Return where the reference of a run is from, without reading it.

    Raises:
        RunError: If the text is not on this machine.
    """
    config = run.config()
    if not config.keeps_text and not named.is_at_hand(config.corpus):
        raise RunError(
            f"The text of the run {run.name}, {config.corpus}, is not on this machine, so its cells"
            " cannot be scored here."
        )
    return _own_part(config)[2]


def reference_in(corpus: Learnable, config: RunConfig) -> Reference:
    """Return the part of any text that a run's cells are scored on.

    Of the text that the run learned it is what was held out, of another text its beginning.

    Args:
        corpus: The text, as the network sees it.
        config: Of the run.
    """
    if corpus.sha256 == config.sha256:
        start, stop, what = _own_part(config)
    else:
        start, stop = 0, min(len(corpus), most_characters(_cells(config)))
        what = f"the first {stop:,} characters of {corpus.name}"
    return Reference(part(corpus.pieces(), start, stop), what)


def most_characters(cells: int) -> int:
    """Return how long a text can be whose states, of so many cells, are held at once."""
    return min(MOST_CHARACTERS, _MOST_STATES // (len(STATES) * cells))


def _own_part(config: RunConfig) -> tuple[int, int, str]:
    """Return from where to where the own text of a run is its reference, and how that is said."""
    most, name = most_characters(_cells(config)), config.corpus
    start = config.training_length
    if start < config.length:
        stop = min(start + most, config.length)
        return start, stop, f"{stop - start:,} held-out characters of {name}"
    count = min(most, config.length // 10)
    what = f"the last {count:,} characters of {name}, which it learned"
    return config.length - count, config.length, what


def _cells(config: RunConfig) -> int:
    return config.settings.layers * config.settings.units
