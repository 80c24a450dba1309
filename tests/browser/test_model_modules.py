"""The language model in JavaScript equals the one in NumPy."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pytest
from playwright.sync_api import Browser, Playwright

import charlstm
from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.data.words import WORD, WordVocabulary
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel, uniforms_of
from tests.browser.driving import console_errors
from tests.browser.modules import Modules
from tests.made import made_run, prose, wordy

SHIPPED = ["nietzsche-tbptt", "nietzsche-overnight", "nietzsche-book", "race-gru", "race-conv1d"]
STATES = 330
LENGTH = 400
LENGTH_OF_A_WINDOW = 30  # every character reads the whole window anew


@pytest.fixture(scope="module")
def fast_browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """A browser that compiles scripts well: here they run for long."""
    started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield started
    started.close()


@pytest.fixture
def modules(fast_browser: Browser) -> Iterator[Modules]:
    page = fast_browser.new_page()
    complaints = console_errors(page)
    yield Modules(page)
    page.close()
    assert complaints == []


@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1, 2**32, 2**64 + 7, 3**120])
def test_uniforms_are_those_of_numpy_bit_for_bit(modules: Modules, seed: int) -> None:
    script = "async (s) => [...(await import('/random.js')).uniformsOf(BigInt(s), 500)]"
    assert modules.page.evaluate(script, str(seed)) == uniforms_of(seed, 500).tolist()


def _made_runs() -> list[RunFolder]:
    runs = [
        made_run(f"{network}-{layers}-{recipe}", recipe, network=network, layers=layers, units=16)
        for network in ("lstm", "gru", "conv1d")
        for layers in (1, 2, 3)
        for recipe in ("tbptt", "book")
    ]
    words = {"text": wordy(3000), "level": WORD}
    return [*runs, made_run("words", **words), made_run("words-gru", network="gru", **words)]


@pytest.mark.parametrize("with_wasm", [True, False])
def test_logits_of_every_kind_of_network_are_those_of_numpy(
    modules: Modules, with_wasm: bool
) -> None:
    if not with_wasm:
        modules.page.evaluate("() => { delete window.WebAssembly; }")
    runs = _made_runs()
    modules.open(runs)
    for run in runs:
        text = wordy(200, seed=4) if "words" in run.name else prose(200, seed=4)
        for length in (0, 1, 7, 59, 60, 61, 150):
            expected = open_model(run).logits(text[:length])
            found = modules.logits(run.name, text[:length])
            scale = float(np.abs(expected).max())
            np.testing.assert_allclose(
                found, expected, rtol=0, atol=1e-12 * scale, err_msg=run.name
            )


def _asked(model: LanguageModel, chooser: random.Random) -> dict[str, Any]:
    text = prose(3000)
    start = chooser.randrange(len(text) - 100)
    strategies = [
        [],
        [],
        [("top-k", chooser.randrange(1, 40))],
        [("top-p", chooser.choice([0.3, 0.9, 1]))],
        [("min-p", 0.1), ("typical", 0.9)],
        [("typical", chooser.uniform(0.1, 1)), ("top-k", 5), ("top-p", 0.8)],
        [("greedy", 1)],
    ]
    return {
        "prompt": text[start : start + chooser.randrange(100)],
        "temperature": chooser.choice([0, 0.2, 0.5, 1, 1.2, 2, chooser.uniform(0.05, 2)]),
        "seed": chooser.choice([0, 1, chooser.randrange(2**32)]),
        "strategies": chooser.choice(strategies),
        "length": LENGTH if model.window is None else LENGTH_OF_A_WINDOW,
    }


def test_texts_are_those_of_numpy_character_by_character(modules: Modules) -> None:
    shipped, made = [find(name) for name in SHIPPED], _made_runs()
    modules.open(shipped + made)
    models = {run.name: open_model(run) for run in shipped + made}
    chooser = random.Random(0)
    names = [run.name for run in [*shipped * 4, *made]]
    for _ in range(STATES):
        name = chooser.choice(names)
        asked = _asked(models[name], chooser)
        known_only = chooser.random() < 0.5
        model = models[name].without_unknown() if known_only else models[name]
        expected = model.write(**asked)
        assert modules.written(name, **asked, knownOnly=known_only) == expected, (name, asked)


REWRITE = """([asked, turns]) => {
    const writing = write(asked);
    return turns.map((temperature) => {
        const before = [...writing.steps];
        writing.rewrite({ temperatureAt: () => temperature });
        writing.write(asked.length);
        const differs = before.findIndex((step, i) => step.symbol !== writing.steps[i].symbol);
        return [writing.text, writing.changed, differs < 0 ? null : differs];
    });
}"""


def test_a_text_written_again_knows_where_it_changed(modules: Modules) -> None:
    modules.open([find("nietzsche-tbptt")])
    model = open_model("nietzsche-tbptt")
    turns = [0.2 + 0.065 * turn for turn in range(21)]
    asked = {"prompt": "the world is ", "temperature": 0.2, "seed": 3, "length": 300}
    found = modules.page.evaluate(
        REWRITE, [asked | {"name": "nietzsche-tbptt", "strategies": []}, turns]
    )
    for temperature, (text, changed, differs) in zip(turns, found, strict=True):
        assert text == model.write(**asked | {"temperature": temperature})
        assert changed == differs
    assert len({text for text, _, _ in found}) > 15


def test_a_text_written_in_slices_is_the_text(modules: Modules) -> None:
    modules.open([find("race-gru")])
    script = """async () => {
        const { Writing } = await import('/writing.js');
        const model = models['race-gru'];
        const { ids } = model.vocabulary.read('the ');
        const writing = new Writing(model, ids, 1, { temperatureAt: () => 1 });
        let slices = 0;
        for (let ends = false; !ends; slices += 1) {
            const start = performance.now();
            ends = writing.write(2000, () => performance.now() - start > 4);
        }
        return [writing.text, slices];
    }"""
    text, slices = modules.page.evaluate(script)
    assert text == open_model("race-gru").write("the ", temperature=1, length=2000, seed=1)
    assert slices > 1


def test_a_pick_stands_where_it_was_put_and_what_follows_is_replayed(modules: Modules) -> None:
    modules.open([find("race-lstm")])
    model = open_model("race-lstm")
    symbols = model.vocabulary.symbols
    trail = charlstm.follow(model, "the ", temperature=0.8, length=120, seed=2, picks={5: "q"})
    script = """([q]) => {
        const asked = { name: 'race-lstm', prompt: 'the ', seed: 2, temperature: 0.8 };
        const writing = write({ ...asked, length: 120 });
        writing.rewrite({ picks: new Map([[5, q]]) });
        writing.write(120);
        return writing.steps.map(({ symbol, probability, bits, expectedBits }) =>
            [symbol, probability, bits, expectedBits]);
    }"""
    steps = modules.page.evaluate(script, [symbols.index("q")])
    assert "".join(symbols[int(step[0])] for step in steps) == trail.text
    table = trail.table[["probability", "bits", "expected_bits"]].to_numpy()
    np.testing.assert_allclose(np.array(steps)[:, 1:], table, rtol=1e-9)


SCRIPTS = [
    "the meaning of life — “don’t” isn't, ½ 3rd x² it’s\n\n  a\tb",
    "हिन्दी में लिखा गया पाठ है । क्या क्षेत्र",
    "café naïve résumé — déjà vu Ångström",
    "한국어 텍스트 예제",
    "مرحبا بالعالم، هذا نص عربي",
    "İstanbul ΣΊΣΥΦΟΣ straße ǅ Ǆ ﬁ",
]
READ = """async ([header, prompts]) => {
    const { vocabularyOf } = await import('/vocabulary.js');
    const vocabulary = vocabularyOf(header);
    return prompts.map((prompt) => vocabulary.read(prompt));
}"""


@pytest.mark.parametrize("level", [CHAR, WORD])
@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_prompts_are_read_as_in_python(
    modules: Modules, level: str, script: str, form: Literal["NFC", "NFD"]
) -> None:
    chooser = random.Random(script + form + level)
    text = unicodedata.normalize(form, script).lower()
    vocabulary: Vocabulary = (
        Vocabulary.of(text) if level == CHAR else WordVocabulary.most_frequent(text * 3, 200)
    )
    odd = [*"\r\n\t\x1c\x85\u2028\ufeff \u0301\u0308\u200d😀", "👩‍👧", "<unk>", " <unk>"]
    letters = [chr(chooser.randrange(32, 0x3000)) for _ in range(300)]
    # A browser may know characters that came into Unicode after this Python.
    known = [letter for letter in letters if unicodedata.category(letter) != "Cn"]
    pool = [*"".join(SCRIPTS), *odd, *known]
    prompts = ["".join(chooser.choices(pool, k=chooser.randrange(40))) for _ in range(25)]
    for other in ("NFC", "NFD"):
        same = unicodedata.normalize(other, script)  # type: ignore[arg-type]
        prompts += [same, same.upper(), same.title()]
    header = {"level": level, "symbols": vocabulary.symbols, "marks_apart": False}
    for prompt, found in zip(prompts, modules.page.evaluate(READ, [header, prompts]), strict=True):
        expected = vocabulary.read(prompt)
        for name in ("text", "folded", "dropped", "reformed", "unknown"):
            value = getattr(expected, name)
            assert found[name] == (value if name == "text" else list(value)), (name, prompt)
        assert found["ids"] == expected.ids.tolist()
