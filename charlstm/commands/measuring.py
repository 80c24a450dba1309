"""Commands that measure a model, its cells or a text: evaluate, ngram, cells, atlas."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from charlstm.commands import output
from charlstm.commands.parser import (
    CORPUS,
    TEXT,
    argument,
    check_numbers,
    command,
    how_to_write,
    model_of,
    read_corpus,
)
from charlstm.errors import CorpusError, SettingsError

if TYPE_CHECKING:
    from charlstm.cells.scores import CellScores

DEFAULT_PROMPT = "the world is "


@command("evaluate", "measure the window and the stream loss on a text", "model --corpus --json")
def evaluate(arguments: Namespace) -> None:
    from dataclasses import replace

    import numpy as np

    from charlstm.analysis import loss as measure
    from charlstm.analysis.distribution import nats_to_bits
    from charlstm.data.corpus import WINDOW, WINDOW_STEP, part
    from charlstm.data.vocabulary import CHAR, Reading
    from charlstm.runs.opening import open_model, speller_of
    from charlstm.runs.store import find

    run = find(arguments.run)
    config = run.config()
    reader = open_model(run, arguments.checkpoint, np.float32)  # with all cores
    vocabulary, network, level = reader.vocabulary, reader.network, reader.vocabulary.level
    corpus = read_corpus(arguments.corpus, lowercase=config.settings.lowercase)
    held_out = corpus.sha256 == config.sha256 and config.training_length < config.length
    text = part(corpus.pieces(), config.training_length if held_out else 0, len(corpus))
    reading = (
        vocabulary.read(text)
        if level == CHAR
        # A space at the end counts too: the text is measured, not continued.
        else Reading(text, vocabulary.encode(text), (), (), 0)
    )
    if len(reading.ids) <= WINDOW:
        raise CorpusError(
            f"The model knows {len(reading.ids)} {vocabulary.unit}s of this text; {WINDOW + 1} are"
            " needed."
        )
    measured = measure.per_character(reading.text, vocabulary, speller_of(run))
    nats = measure.symbol_losses(
        network, reading.ids, reader.window, output.progress_of("loss of the text")
    )
    bill = measure.Bill(measured, float(nats_to_bits(nats.sum())))
    # One of the two losses is a mean over the losses of all symbols, which are known here.
    if reader.window is None:
        window = measure.window_loss(network, reading.ids, output.progress_of("window loss"))
        losses = {"window": window, "stream": measure.mean_loss(nats[1:])}
    else:
        stream = measure.stream_loss(network, reading.ids, output.progress_of("stream loss"))
        losses = {"window": measure.mean_loss(nats[WINDOW::WINDOW_STEP]), "stream": stream}
    output.end_progress()
    measured_part = "held out" if held_out else "all"
    spelling = bill.spelling_bits / bill.text.characters
    if arguments.json:
        output.print_json(
            {
                name: {"nats": loss.nats, "bits": loss.bits, "predictions": loss.predictions}
                for name, loss in losses.items()
            },
            part=measured_part,
            level=level,
            **output.changes(reading),
            dropped_count=reading.dropped_count,
            bits_per_character=bill.bits_per_character,
            characters=bill.text.characters,
            symbols=bill.text.symbols,
            unknown=bill.text.unknown,
            spelling_bits_per_character=spelling,
        )
        return
    output.report_changes(replace(reading, dropped=()))
    dropped = output.escaped("".join(reading.dropped)) or "nothing"
    print(f"part: {measured_part}; level: {level}; dropped: {dropped}")
    for name, loss in losses.items():
        print(f"{name} loss {loss.nats:.4f} nats, {loss.bits:.4f} bits, {loss.predictions:,} times")
    spelled = f", {spelling:.4f} of them for the letters of {bill.text.unknown:,} unknown words"
    print(
        f"{bill.bits_per_character:.4f} bits per character over"
        f" {'' if reading.dropped else 'all '}{reading.counted}{'' if level == CHAR else spelled}"
    )


@command(
    "ngram",
    "measure what n-grams achieve, by their order",
    "--corpus --temperature --length --seed --json",
    argument("--order", type=int, metavar="N", help="1 to 6; default: all of them"),
    argument("--held-out", type=float, metavar="FRACTION", help="default 0.1"),
    argument("--keep-case", action="store_true", help="do not lower-case the text"),
    argument("--prompt", **TEXT, help="a text that each order continues"),
)
def ngram(arguments: Namespace) -> None:
    from charlstm.analysis.loss import baselines, count_ngrams
    from charlstm.data.corpus import check, training_length
    from charlstm.sampling.language_model import LanguageModel
    from charlstm.settings import settings_for

    how = how_to_write(arguments)
    held_out = settings_for("tbptt", held_out=arguments.held_out).held_out
    if held_out == 0:
        raise SettingsError("Some text must be held out to measure on; the least is 0.001.")
    corpus = read_corpus(arguments.corpus, lowercase=not arguments.keep_case).whole()
    check(corpus, held_out=held_out)
    cut = training_length(len(corpus), held_out)
    counts = count_ngrams(corpus.ids, cut, len(corpus.vocabulary))
    if arguments.order is not None and not 1 <= arguments.order <= counts.order:
        raise SettingsError(
            f"The order must lie between 1 and {counts.order} for this text, not {arguments.order}."
        )
    for row in baselines(counts, corpus.ids[cut:]).to_dict("records"):
        if arguments.order not in (None, row["order"]):
            continue
        writer = LanguageModel(corpus.vocabulary, counts.of_order(row["order"]), None)
        reading = writer.read(arguments.prompt or "")
        text = None
        if arguments.prompt is not None:
            text = writer.write(reading.text, **how)
        if arguments.json:
            names = {"nats": "stream_nats", "bits": "stream_bits"}
            others = ("predictions", "window_nats", "window_bits", "size")
            figures = {name: row[names.get(name, name)] for name in ("order", *names, *others)}
            written = {} if text is None else {"text": text, **output.changes(reading)}
            output.print_json(figures | written)
            continue
        print(
            f"order {row['order']}: stream loss {row['stream_nats']:.4f} nats,"
            f" {row['stream_bits']:.4f} bits, {row['predictions']:,} times; window loss"
            f" {row['window_nats']:.4f} nats; {row['size']:,} n-grams"
        )
        if text is not None:
            output.report_changes(reading)
            output.print_text(f"{reading.text}{text}\n")


@command(
    "cells",
    "show which cell predicts which property of a text",
    "model",
    argument("--corpus", **CORPUS, help="default: the run's held-out text"),
    "--keep --json",
)
def cells(arguments: Namespace) -> None:
    from charlstm.cells.kept import keep_scores, reference_in, reference_of
    from charlstm.cells.properties import property_of
    from charlstm.cells.scores import cell_scores
    from charlstm.data.named import named_file
    from charlstm.runs.store import find

    if arguments.keep and arguments.corpus:
        raise SettingsError("Only scores on the run's own text are kept; leave out --corpus.")
    run = find(arguments.run)
    config = run.config()
    reader = model_of(arguments, "float32")
    if arguments.corpus:
        corpus = read_corpus(arguments.corpus, lowercase=config.settings.lowercase)
        reference = reference_in(corpus, config)
    else:
        if not config.keeps_text:
            named_file(config.corpus, output.download_progress)
        reference = reference_of(run)
        output.print_message(config.note)
    what, reading = reference.what, reader.read(reference.text)
    scores = cell_scores(reader, reference.text, progress=output.progress_of("cells"))
    output.end_progress()
    if arguments.keep:
        keep_scores(run, reader.step, scores, what)
    if arguments.json:
        _print_scores(scores, what, reading.dropped_count)
        return
    counted = f" ({reading.counted})" if reading.dropped else ""
    print(
        f"{output.escaped(what)}{counted}: chosen on {scores.chosen_on:,} characters, scored on the"
        f" {scores.scored_on:,} after them"
    )
    for name, rows in scores.best.groupby("property", sort=False):
        each = property_of(str(name))
        best = ", ".join(_cell(row) for row in rows.to_dict("records"))
        (together,) = scores.together[scores.together["property"] == name]["score"]
        score = "rho" if each.is_position else "AUC"
        print(f"{each.label:<25}{score} {best}; all together {together:.3f}")
    for name in scores.absent:
        print(f"{property_of(name).label:<25}not in this text")


def _cell(row: dict[Any, Any]) -> str:
    sign = "" if row["sign"] > 0 else "−"
    return (
        f"{row['score']:.3f} ({row['low']:.3f}–{row['high']:.3f}) by"
        f" {sign}{row['state']}[{row['layer']}, {row['cell']}]"
    )


def _print_scores(scores: CellScores, what: str, dropped_count: int) -> None:
    from charlstm.cells.kept import as_dict
    from charlstm.cells.properties import property_of

    kept = as_dict(scores)

    def rows_of(table: str, name: str) -> list[dict[str, Any]]:
        rows = (dict(row) for row in kept[table])
        return [row for row in rows if row.pop("property") == name]

    for name in [*dict.fromkeys(scores.best["property"]), *scores.absent]:
        output.print_json(
            property=name,
            measure="spearman" if property_of(name).is_position else "auc",
            text=what,
            dropped_count=dropped_count,
            chosen_on=scores.chosen_on,
            scored_on=scores.scored_on,
            together=next(iter(rows_of("together", name)), {}),
            cells=rows_of("best", name),
        )


def _atlas_options(parser: ArgumentParser) -> None:
    from charlstm.analysis.written import FINGERPRINT, SHORTEST_COPY, TEXT
    from charlstm.engine.atlases import MAX_LENGTH, MIN_LENGTH

    parser.add_argument(
        "--length",
        type=int,
        metavar="N",
        help=f"characters at each temperature, {MIN_LENGTH} to {MAX_LENGTH:,}",
    )
    parser.epilog = (
        f"A copy has at least {SHORTEST_COPY[TEXT]} characters, or {SHORTEST_COPY[FINGERPRINT]}"
        " where only the fingerprint of the corpus is known."
    )


@command(
    "atlas",
    "write at 41 temperatures and measure the texts",
    "model",
    argument("--prompt", **TEXT, default=DEFAULT_PROMPT),
    _atlas_options,
    "--seed --keep --json",
)
def atlas(arguments: Namespace) -> None:
    from charlstm.analysis.written import FINGERPRINT, NOTHING, SHORTEST_COPY, TEXT
    from charlstm.engine.atlases import (
        MAX_LENGTH,
        MIN_LENGTH,
        computed,
        keep_with_run,
        request_for,
        rows_of,
    )
    from charlstm.runs.store import find
    from charlstm.sampling.network import use_one_thread

    check_numbers(arguments, length=(MIN_LENGTH, MAX_LENGTH))
    use_one_thread()
    run = find(arguments.run)
    request = request_for(
        run,
        arguments.checkpoint,
        prompt=arguments.prompt,
        length=arguments.length,
        seed=arguments.seed,
    )
    output.report_changes(run.config().vocabulary.read(arguments.prompt))
    result = computed(request, output.progress_of("characters written at each of 41 temperatures"))
    output.end_progress()
    output.print_message(run.config().note)
    if arguments.keep:
        keep_with_run(request, result)
    if result.source != TEXT:
        known = {
            FINGERPRINT: "Words and copies are recognised by the fingerprint of the corpus: a copy"
            f" has at least {SHORTEST_COPY[FINGERPRINT]} characters.",
            NOTHING: "Invented words and copies are not known.",
        }
        output.print_message(f"{result.reason} {known[result.source]}")
    if arguments.json:
        for values in rows_of(result.table):
            output.print_json(source=result.source, prompt=result.prompt, **values)
        return
    figures: Any = result.table  # the attributes of its rows are its columns
    for row in figures.itertuples():
        loop = f"  a loop of {row.loop_period}" if row.loop_period else ""
        print(
            f"T = {row.temperature:<5g} invented {_figure(row.invented_fraction, '6.1%')}  longest"
            f" copy {_figure(row.copy_length, '4.0f')}  repeated {row.repeated_fraction:6.1%}"
            f"  entropy {row.entropy_bits:.3f} bits{loop}  {' '.join(row.best_invented[:3])}"
        )


def _figure(value: float, form: str) -> str:
    """Return a formatted figure, or a dash of the same width if there is none."""
    return format(value, form).replace("nan%", "   –").replace("nan", "  –")
