"""Trails in JavaScript equal those in Python: trees of branches, what each costs, typed words."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from charlstm import follow, surprise
from charlstm.data.words import WordVocabulary
from charlstm.errors import CharlstmError
from charlstm.exploring.trails import (
    TRUNK,
    Branch,
    depth,
    grown,
    read_back,
    typed_token,
    with_pick,
    written_down,
)
from charlstm.runs.opening import open_model
from charlstm.runs.store import find
from tests.browser.driving import console_errors
from tests.browser.modules import Modules
from tests.made import made_run, prose, wordy

SYMBOLS = ("\n", " ", " a", "!", "a", "b", "\uffee", "😀", "😀b")
STEPS = """(asked) => {
    const writing = write(asked);
    writing.rewrite({ picks: new Map(asked.picks) });
    writing.write(asked.length);
    return writing.steps.map((step, position) => [
        step.symbol, step.probability, step.bits, step.expectedBits,
        rankOf(writing.distributionAt(position).logits, step.symbol),
    ]);
}"""


@pytest.fixture
def modules(browser: Browser) -> Iterator[Modules]:
    page = browser.new_page()
    complaints = console_errors(page)
    opened = Modules(page)
    page.evaluate(
        "async () => Object.assign(window, await import('/trails.js'), await import('/typed.js'))"
    )
    yield opened
    page.close()
    assert complaints == []


GROWN = """([branches, branch, position, symbol]) => {
    const added = withPick(branch, position, symbol);
    const tree = grown(branches, added);
    return [added, tree, tree.map((each) => depth(each, tree)), writtenDown(tree)];
}"""


def _listed(branch: Branch) -> list[list[Any]]:
    return [list(pick) for pick in branch]


def test_trees_grow_as_in_python(modules: Modules) -> None:
    chooser = random.Random(0)
    for _ in range(60):
        tree = [TRUNK]
        for _ in range(chooser.randrange(1, 12)):
            parent, position = chooser.choice(tree), chooser.randrange(6)
            symbol = chooser.choice(SYMBOLS)
            new = with_pick(parent, position, symbol)
            given = [[_listed(each) for each in tree], _listed(parent), position, symbol]
            found = modules.page.evaluate(GROWN, given)
            tree = grown(tree, new)
            depths = [depth(branch, tree) for branch in tree]
            listed = [_listed(branch) for branch in tree]
            assert found == [_listed(new), listed, depths, written_down(tree)]
    full = [((0, "a"), (n + 1, "b")) for n in range(23)]
    script = "(tree) => { try { grown(tree, [[9, 'b']]); } catch (e) { return e.message; } }"
    with pytest.raises(ValueError, match="at most 24") as told:
        grown([TRUNK, *full], ((9, "b"),))
    said = modules.page.evaluate(script, [[], *(_listed(branch) for branch in full)])
    assert said == str(told.value)


WORDS = [
    "",
    "12-97",
    "12-97;12-97.30-32",
    "3-32_97;3-128512",
    "3-128512_98.4-65518",
    "12-97;12-97",
    "12-97.5-98",
    "5-98.5-97",
    "1-99999999",
    "1-9999999",
    "1-1114112",
    "x",
    "12-",
    ";",
    "5-21322",
    "99999-97",
    ";".join(f"{n}-97" for n in range(23)),
    ";".join(f"{n}-97" for n in range(24)),
]


def test_words_of_an_address_are_read_as_in_python(modules: Modules) -> None:
    script = "([words, symbols]) => words.map((word) => readBack(word, new Set(symbols)))"
    found = modules.page.evaluate(script, [WORDS, list(SYMBOLS)])
    for word, tree in zip(WORDS, found, strict=True):
        expected = read_back(word, SYMBOLS)
        assert tree == (expected and [_listed(branch) for branch in expected]), word


@pytest.mark.parametrize("name", ["nietzsche-tbptt", "race-gru", "race-conv1d", "words"])
def test_a_path_with_picks_is_the_trail_of_follow(modules: Modules, name: str) -> None:
    if name == "words":
        made_run(name, text=wordy(4000), level="word", units=16)
    modules.open([find(name)])
    model, chooser = open_model(name), random.Random(name)
    count = len(model.vocabulary)
    for _ in range(12):
        picks = {chooser.randrange(60): chooser.randrange(count) for _ in range(4)}
        asked: dict[str, Any] = {
            "temperature": chooser.choice([0, 0.3, 1, chooser.uniform(0.05, 2)]),
            "length": 60,
            "seed": chooser.randrange(2**32),
        }
        prompt = chooser.choice(["", "the world is ", prose(300)])
        trail = follow(
            model, prompt, **asked, picks={n: model.vocabulary.symbols[i] for n, i in picks.items()}
        )
        given = {"name": name, "prompt": prompt, "strategies": [], "picks": list(picks.items())}
        steps = np.array(modules.page.evaluate(STEPS, given | asked))
        symbols = [model.vocabulary.symbols[int(index)] for index in steps[:, 0]]
        assert tuple(symbols) == trail.symbols
        table = trail.table[["probability", "bits", "expected_bits"]].to_numpy()
        np.testing.assert_allclose(steps[:, 1:4], table, rtol=1e-9, atol=1e-9)
        assert steps[:, 4].tolist() == trail.ranks.tolist()


def test_a_text_of_ones_own_costs_what_surprise_says(modules: Modules) -> None:
    modules.open([find("nietzsche-tbptt")])
    model = open_model("nietzsche-tbptt")
    text = "the soul qxq is\nthe only thing"
    result = surprise(model, text)
    given = {
        "name": "nietzsche-tbptt",
        "prompt": "",
        "strategies": [],
        "temperature": 1,
        "seed": 5,
        "length": len(text),
        "picks": list(enumerate(result.reading.ids.tolist())),
    }
    steps = np.array(modules.page.evaluate(STEPS, given))
    np.testing.assert_allclose(steps[:, 2], result.table["bits"], rtol=1e-9, atol=1e-12)
    assert steps[:, 4].tolist() == result.table["rank"].tolist()


def test_a_copy_of_a_writing_goes_its_own_way(modules: Modules) -> None:
    modules.open([find("race-lstm")])
    model = open_model("race-lstm")
    script = """([q]) => {
        const asked = { name: 'race-lstm', prompt: 'the ', seed: 2, temperature: 0.8, length: 40 };
        const writing = write(asked);
        const copy = writing.copy();
        copy.rewrite({ picks: new Map([[5, q]]) });
        copy.write(80);
        writing.write(80);
        return [writing.text, copy.text];
    }"""
    found = modules.page.evaluate(script, [model.vocabulary.symbols.index("q")])
    asked: dict[str, Any] = {"temperature": 0.8, "length": 80, "seed": 2}
    trails = [follow(model, "the ", **asked, picks=picks) for picks in ({}, {5: "q"})]
    assert found == [trail.text for trail in trails]


TYPED = """async ([symbols, cases]) => {
    const { vocabularyOf } = await import('/vocabulary.js');
    const vocabulary = vocabularyOf({ level: 'word', symbols, marks_apart: false });
    return cases.map(([typed, logits]) => {
        try {
            const found = typedToken(vocabulary, typed, logits.map((z) => z ?? -Infinity));
            return [found.word, found.symbol, found.isFolded, found.isUnknown, found.likelierThan];
        } catch (error) { return error.message; }
    });
}"""
TEXT = "the cat and The dog, I say: café हिन्दी it's não the cat and dog I say cafe\u0301 हिन्दी "


def test_a_typed_word_is_taken_for_the_same_token(modules: Modules) -> None:
    vocabulary = WordVocabulary.most_frequent(TEXT * 3, 60)
    chooser = random.Random(0)
    words = [*TEXT.split(), "THE", "Zarathustra", ",", "two words", " ", "<unk>", "it,", "É"]
    words += [f" {word}" for word in words]
    words += [unicodedata.normalize(form, word) for word in words for form in ("NFC", "NFD")]
    cases: list[list[Any]] = []
    for word in words:
        logits: list[float | None] = [chooser.gauss(0, 2) for _ in vocabulary.symbols]
        if chooser.random() < 0.3:
            for token in ("<unk>", " <unk>"):
                logits[vocabulary.symbols.index(token)] = None
        cases.append([word, logits])
    found = modules.page.evaluate(TYPED, [list(vocabulary.symbols), cases])
    for (word, logits), taken in zip(cases, found, strict=True):
        scores = [-np.inf if z is None else z for z in logits]
        try:
            typed = typed_token(vocabulary, word, scores)
        except CharlstmError as error:
            assert taken == str(error), word
        else:
            expected = [typed.word, typed.symbol, typed.folded, typed.unknown, typed.likelier_than]
            assert taken == expected, word
