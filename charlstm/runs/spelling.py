"""From a run to what spells the words that its model does not know.

Knows run folders and texts; knows nothing of networks.
"""

from __future__ import annotations

from charlstm.analysis.per_character import Speller, speller_for
from charlstm.data.word_vocabulary import WordVocabulary
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of


def speller_of(run: RunFolder) -> Speller | None:
    """Return the speller of a run's training text; None for a model of characters.

    Raises:
        CharlstmError: If the text cannot be had.
    """
    config = run.config()
    if not isinstance(config.vocabulary, WordVocabulary):
        return None
    return speller_for(corpus_of(run).text[: config.training_length], config.vocabulary)
