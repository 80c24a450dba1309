"""A model of words through the same code: learned, kept, opened, and the same as Keras's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from charlstm import bits_per_character, open_model
from charlstm.analysis.loss import window_loss
from charlstm.commands.parser import parse
from charlstm.data.corpus import Corpus, sample_of_windows
from charlstm.data.words import UNKNOWNS, both_parts
from charlstm.errors import RunError
from charlstm.runs.config import FINISHED
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of, new_run
from charlstm.runs.opening import speller_of
from charlstm.sampling.network import KINDS, Network
from charlstm.settings import settings_for
from tests.made import made_run, random_weights, wordy


@pytest.mark.usefixtures("without_xla")
@pytest.mark.parametrize("kind", KINDS)
def test_a_wide_vocabulary_gives_the_distribution_of_keras(kind: str) -> None:
    from charlstm.training.network import build, variables_of

    symbols, units = 700, 8
    weights = random_weights(symbols, units, network=kind)
    model = build(settings_for("tbptt", units=units, network=kind), symbols)
    for name, variable in variables_of(model).items():
        variable.assign(weights[name])
    ids = np.random.default_rng(0).integers(0, symbols, 12)
    expected = np.asarray(model(np.eye(symbols, dtype=np.float32)[ids][None]))[0, -1]
    network = Network(weights)
    state = network.zero_state()
    for symbol in ids:
        state = network.step(np.array([symbol]), state)
    logits = network.logits(state)[0]
    found = np.exp(logits - logits.max())
    np.testing.assert_allclose(found / found.sum(), expected, atol=1e-6)


@pytest.fixture
def learned() -> RunFolder:
    """Return a run that really learned a few words, for one epoch."""
    from charlstm.training.fit import fit

    corpus = Corpus("wordy", wordy(6000))
    run = new_run(corpus, settings_for("tbptt", level="word", units=16, epochs=2, seed=1), "wordy")
    fit([(run, corpus)], report=lambda _: None, command=lambda _: None)
    return run


@pytest.mark.usefixtures("without_xla")
def test_words_are_learned_kept_and_written(learned: RunFolder) -> None:
    config, status = learned.config(), learned.status()
    assert status.status == FINISHED
    history = learned.history()
    assert history[-1]["loss"] < history[0]["loss"]
    model = open_model("wordy")
    assert (model.vocabulary, model.window) == (config.vocabulary, None)
    # What the training measured is what NumPy measures, on the same tokens.
    _, held_out = both_parts(corpus_of(learned), config.vocabulary, config.training_length)
    assert status.best_held_out_loss == pytest.approx(
        window_loss(model.network, held_out).nats, abs=1e-4
    )
    assert len(sample_of_windows(held_out, 10)[0]) == 10
    bill = bits_per_character(
        model, corpus_of(learned).text[config.training_length :], speller_of(learned)
    )
    assert bill.text == config.per_character
    samples = learned.samples()
    assert len(samples) == 8
    for sample in samples:
        assert len(config.vocabulary.ids_of(_drawn(model, sample))) == 100
    import keras

    reopened = keras.models.load_model(learned.path / "model.keras")
    assert reopened.output_shape[-1] == len(config.vocabulary)


def _drawn(model: object, sample: dict[str, object]) -> list[str]:
    """Return the tokens of a sample, drawn again."""
    assert hasattr(model, "stream")
    drawn = list(
        model.stream(
            sample["prompt"], temperature=sample["temperature"], length=100, seed=sample["seed"]
        )
    )
    return [str(token) for token in drawn]


def test_the_config_of_a_run_of_words_comes_back() -> None:
    run = made_run("words", text=wordy(4000), level="word", vocabulary=100)
    config = run.config()
    assert len(config.vocabulary) == 100
    assert set(UNKNOWNS) <= set(config.vocabulary.symbols)
    measure = config.per_character
    assert measure.characters == config.length - config.training_length
    assert 0 < measure.unknown < measure.symbols < measure.characters
    assert RunFolder(run.path).config() == config


@pytest.mark.parametrize(
    "change",
    [
        {"vocabulary": "abc"},
        {"vocabulary": ["<unk>", "a b"]},
        {"vocabulary": [1, 2]},
        {"per_character": {}},
        {"per_character": {"symbols": 9, "characters": 1, "unknown": 0, "spelling_nats": 0}},
        {"per_character": {"symbols": 1, "characters": 9, "unknown": 0, "spelling_nats": 1e999}},
    ],
)
def test_a_damaged_config_is_named(change: dict[str, object]) -> None:
    run = made_run("words", text=wordy(4000), level="word")
    path = run.path / "config.json"
    values = json.loads(path.read_text())
    values["corpus"] |= change
    path.write_text(json.dumps(values))
    with pytest.raises(RunError, match=r"config\.json"):
        run.config()


def test_a_run_of_words_is_exported_and_imported(tmp_path: Path) -> None:
    from charlstm import export_run, import_run

    run = made_run("words", text=wordy(4000), level="word")
    with (tmp_path / "words.zip").open("w+b") as file:
        export_run(run, file, with_text=False)
        file.seek(0)
        imported = import_run(file, "imported")
    assert imported.config().vocabulary == run.config().vocabulary
    assert imported.config().per_character == run.config().per_character
    text = open_model("words").write("", length=20)
    assert open_model("imported").write("", length=20) == text


def test_the_commands_read_and_write_words(capsys: pytest.CaptureFixture[str]) -> None:
    run = made_run("words", text=wordy(4000), level="word")

    def answer(*words: str) -> dict[str, object]:
        arguments = parse([*words, "--run", "words", "--json"])
        arguments.command(arguments)
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    model, prompt = open_model("words"), "zzz "
    sample = answer("sample", "--prompt", prompt, "--length", "12")
    assert sample["unknown"] == ["zzz"]
    assert sample["prompt"] == "zzz"
    assert sample["text"] == model.write("zzz", temperature=0.5, length=12)
    known = answer("sample", "--prompt", prompt, "--length", "40", "--known")
    text = model.without_unknown().write("zzz", temperature=0.5, length=40)
    assert known["text"] == text
    assert "<unk>" not in text
    answered = answer("next", "--prompt", prompt, "--temperature", "1")
    assert answered["symbols"] == list(model.vocabulary.symbols)
    np.testing.assert_allclose(np.array(answered["probabilities"]), model.next("zzz"))
    compared = answer("compare", "--prompt", prompt, "--length", "12")
    assert len(compared["columns"]) == 4  # type: ignore[arg-type]
    scored = answer("score", "--text", wordy(100))
    assert scored["symbols"] == model.vocabulary.pieces(wordy(100).rstrip(" "))
    path = run.path / "corpus.txt"
    measured = answer("evaluate", "--corpus", str(path))
    assert (measured["part"], measured["level"]) == ("held out", "word")
    measure = run.config().per_character
    assert measured["unknown"] == measure.unknown
    assert measured["characters"] == measure.characters
    spelled = measured["spelling_bits_per_character"]
    assert spelled == pytest.approx(measure.bits(0.0))
    assert float(str(measured["bits_per_character"])) > float(str(spelled))


@pytest.mark.parametrize("words", [["cells"], ["compress", "SRC", "DST"]])
def test_commands_about_characters_say_so(words: list[str], tmp_path: Path) -> None:
    made_run("words", text=wordy(4000), level="word")
    (tmp_path / "SRC").write_text("a text")
    given = [str(tmp_path / word) if word.isupper() else word for word in words]
    arguments = parse([*given, "--run", "words"])
    with pytest.raises(RunError, match="words is a model of words"):
        arguments.command(arguments)
