"""The command that counts: ngram."""

from __future__ import annotations

import argparse

from charlstm.analysis.loss import baselines, count_ngrams
from charlstm.commands.files import corpus_given
from charlstm.commands.output import say, write
from charlstm.commands.reading import (
    MAX_LENGTH,
    changes,
    check_seed,
    check_temperature_given,
    check_whole,
    tell_changes,
)
from charlstm.data.corpus import check, training_length
from charlstm.errors import SettingsError
from charlstm.sampling.language_model import LanguageModel
from charlstm.settings.settings import settings_for


def ngram(arguments: argparse.Namespace) -> None:
    """Count a text and say how well each order predicts what was held out; write if asked."""
    check_temperature_given(arguments.temperature)
    check_whole("length", arguments.length, MAX_LENGTH)
    check_seed(arguments.seed)
    held_out = settings_for("tbptt", held_out=arguments.held_out).held_out
    if held_out == 0:
        raise SettingsError("Something must be held out to measure on; the least is 0.001.")
    lowercase = not arguments.keep_case
    corpus = corpus_given(arguments.corpus, lowercase=lowercase).whole()
    check(corpus, held_out=held_out)
    cut = training_length(len(corpus), held_out)
    model = count_ngrams(corpus.ids, cut, len(corpus.vocabulary))
    if arguments.order is not None and not 1 <= arguments.order <= model.order:
        raise SettingsError(
            f"The order must lie between 1 and {model.order} for this text, not {arguments.order}."
        )
    table = baselines(model, corpus.ids[cut:])
    if arguments.order is not None:
        table = table[table["order"] == arguments.order]
    for row in table.to_dict("records"):
        writer = LanguageModel(corpus.vocabulary, model.of_order(row["order"]), None)
        text = _text(writer, arguments)
        if arguments.json:
            reading = writer.read(arguments.prompt or "")
            written = {} if text is None else {"text": text, **changes(reading)}
            say(
                {
                    "order": row["order"],
                    "nats": row["stream_nats"],
                    "bits": row["stream_bits"],
                    "predictions": row["predictions"],
                    "window_nats": row["window_nats"],
                    "window_bits": row["window_bits"],
                    "size": row["size"],
                    **written,
                }
            )
            continue
        print(
            f"order {row['order']}: stream loss {row['stream_nats']:.4f} nats,"
            f" {row['stream_bits']:.4f} bits, {row['predictions']:,} times; window loss"
            f" {row['window_nats']:.4f} nats; {row['size']:,} n-grams"
        )
        if text is not None:
            tell_changes(writer.read(arguments.prompt))
            write(f"{writer.read(arguments.prompt).text}{text}\n")


def _text(writer: LanguageModel, arguments: argparse.Namespace) -> str | None:
    """Return what a model writes, or None where no prompt was given."""
    if arguments.prompt is None:
        return None
    return writer.write(
        arguments.prompt,
        temperature=arguments.temperature,
        length=arguments.length,
        seed=arguments.seed,
    )
