"""Invented words are underlined, and copies named, on every page that shows written text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from charlstm import (
    LanguageModel,
    beam_search,
    compare,
    compare_strategies,
    invented_spans,
    open_model,
    source_of,
)
from charlstm.analysis.loss import count_ngrams
from charlstm.runs.opening import corpus_of
from charlstm.sampling.strategies import Strategy
from charlstm.ui.text import NO_SPACES, marked_html
from charlstm.ui.views.sources import LEGEND, sample_card
from tests.made import history_line, made_run
from tests.made import prose as made_prose
from tests.pages.opened import (
    browser_sends,
    open_page,
    said,
    sent,
    set_in_browser,
    shown_html,
)

PROMPT = "the soul of "


def _spans(text: str, prompt: str, run: str = "nietzsche-tbptt") -> list[list[int]]:
    lexicon = source_of(run).lexicon
    assert lexicon is not None
    return [list(span) for span in invented_spans(text, prompt, lexicon)]


def test_in_a_text_that_was_written() -> None:
    app = open_page("temperature", prompt=PROMPT, temperature="1.3")
    text = open_model().write(PROMPT, temperature=1.3)
    (marked,) = _marked(set_in_browser(app, "writer", text=[text]), "writer", [text])
    assert len(marked) > 5


def test_in_every_column_of_a_comparison() -> None:
    app = open_page("compare", prompt=PROMPT, temperatures="0.2, 1.3")
    texts = list(compare(open_model(), PROMPT, [0.2, 1.3]).texts)
    cold, hot = _marked(set_in_browser(app, "compare", text=texts), "compare", texts)
    assert len(cold) < len(hot)


def _marked(app: AppTest, component: str, texts: list[str]) -> list[list[list[int]]]:
    """Return the spans that a component is sent for the texts that it wrote; they must be right."""
    invented = sent(app, component)["invented"]
    assert invented == {"texts": texts, "spans": [_spans(text, PROMPT) for text in texts]}
    assert sent(app, component)["legend"] == LEGEND
    spans: list[list[list[int]]] = invented["spans"]
    return spans


def test_in_a_text_of_ones_own() -> None:
    app = open_page("hand", prompt="the s", written="trengthfulness is th")
    browser_sends(app, "hand", text="trengthfulness is th")
    shown = sent(app, "hand")
    assert shown["invented"] == {"text": "trengthfulness is th", "spans": [[0, 14]]}
    assert shown["legend"] == LEGEND
    app = open_page("hand", prompt="", text="The beedq of god.")
    browser_sends(app, "hand", text="the beedq of god.")
    assert sent(app, "hand")["invented"]["spans"] == [[4, 9]]


def test_in_a_text_that_was_written_by_hand() -> None:
    text = open_model().write(PROMPT, temperature=1.3, length=200, seed=0)
    app = browser_sends(open_page("hand", prompt=PROMPT, temperature="1.3"), "hand", text=text)
    assert sent(app, "hand")["invented"]["spans"] == _spans(text, PROMPT) != []


def _read_by_hand(text: str, **address: str) -> AppTest:
    return browser_sends(open_page("hand", prompt="", text=text, **address), "hand", text=text)


def test_in_the_samples_of_a_training(own_home: Path) -> None:  # noqa: ARG001
    run = made_run()
    line = {"epoch": 3, "step": 30, "temperature": 1.0, "seed": 1, "prompt": "a ca"}
    run.append_samples(line | {"text": "t beedq on a mat <b>frsh</b> the"})
    app = open_page("train", run="made")
    bodies = " ".join(each.proto.body for each in app.get("html"))
    assert ">beedq</span>" in bodies
    assert ">frsh</span>" in bodies
    assert ">mat</span>" not in bodies
    assert "&lt;b&gt;" in bodies
    assert LEGEND in said(app)


def _underlined(app: AppTest) -> list[str]:
    """Return the words that are underlined in pieces of HTML, in order."""
    bodies = " ".join(each.proto.body for each in app.get("html"))
    return re.findall(r'<span class="invented"[^>]*>([^<]*)</span>', bodies)


def _words(text: str, prompt: str, run: str = "nietzsche-tbptt") -> list[str]:
    return [text[start:end] for start, end in _spans(text, prompt, run)]


def test_in_the_texts_of_strategies_and_of_beams() -> None:
    address = {"strategy": "top-k:40", "length": "120", "beam": "40", "width": "2"}
    app = open_page("strategies", prompt=PROMPT, temperature="1.5", seed="1", **address)
    model = open_model()
    lists: list[list[Strategy]] = [[], [("top-k", 40.0)]]
    both = compare_strategies(model, PROMPT, lists, temperature=1.5, length=120, seed=1)
    set_in_browser(app, "strategies", text=list(both.texts))
    assert all(_marked(app, "strategies", list(both.texts)))
    beams = [*beam_search(model, PROMPT, width=2, length=40)]
    beams += beam_search(model, PROMPT, width=1, length=40)
    texts = [beam.text for beam in beams]
    texts += [
        model.write(PROMPT, temperature=1.5, length=40, seed=1, strategies=acting)
        for acting in ((), [("top-k", 40.0)])
    ]
    expected = [word for text in texts for word in _words(text, PROMPT)]
    assert _underlined(app) == expected != []
    assert said(app).count(LEGEND) == 1


def test_in_the_writing_of_cells_that_are_switched_off() -> None:
    app = open_page("cells", text=PROMPT, look="off", off="0.17,0.42", temperature="1.4")
    shown = sent(app, "side_by_side")
    for column in shown["columns"]:
        assert column["invented"] == _spans(column["text"], PROMPT) != []
    assert shown["legend"] == LEGEND


def test_in_a_race_of_networks_and_of_n_grams(own_home: Path) -> None:  # noqa: ARG001
    runs = [made_run(), made_run("other", units=16)]
    for run in runs:
        run.append_history(history_line(30))
    # A word that goes on from the prompt is one; the prompt itself is not looked at.
    prompt = "beedq a"
    app = open_page("race", race="made,other", prompt=prompt, temperature="1.5", ngram="2")
    texts = [open_model(run).write(prompt, temperature=1.5, length=160) for run in runs]
    corpus = corpus_of(runs[0])
    counts = count_ngrams(corpus.ids, runs[0].config().training_length, len(corpus.vocabulary))
    ngram = LanguageModel(corpus.vocabulary, counts.of_order(2), None)
    known = ngram.read(prompt).text
    texts.append(ngram.write(prompt, temperature=1.5, length=160))
    expected = [_words(text, known, "made") for text in texts]
    assert all(expected)
    assert _underlined(app) == [word for words in expected for word in words]
    assert any(each.endswith(known + texts[-1]) for each in shown_html(app))
    assert LEGEND in said(app)


@pytest.mark.parametrize(
    "clause", ["我喜欢读书也喜欢写字。", "ภาษาไทยไม่มีช่องว่าง ", "これは文章です、"]
)
def test_no_clause_of_a_script_without_spaces_is_underlined_and_it_is_said(
    own_home: Path,  # noqa: ARG001
    clause: str,
) -> None:
    made_run(text=clause * 200)
    app = open_page("temperature", run="made", prompt=clause)
    shown = sent(set_in_browser(app, "writer", text=[clause[::-1] * 3]), "writer")
    assert shown["invented"]["spans"] == [[]]
    assert shown["legend"] == f"{NO_SPACES} Nothing is underlined there."
    shown = sent(_read_by_hand(clause[::-1] * 3, run="made"), "hand")
    assert shown["invented"]["spans"] == []
    assert shown["legend"] == f"{NO_SPACES} Nothing is underlined there."


def test_where_nothing_is_known_nothing_is_underlined_and_it_is_said(own_home: Path) -> None:  # noqa: ARG001
    run = made_run()
    (run.path / "corpus.txt").unlink()
    app = open_page("temperature", run="made", temperature="1.3")
    shown = sent(set_in_browser(app, "writer", text=["t beedq on"]), "writer")
    assert shown["invented"]["spans"] == [[]]
    assert "not available" in shown["legend"]


def test_a_copied_passage_links_to_its_position(own_home: Path) -> None:  # noqa: ARG001
    made_run()
    text = made_prose(1500)
    app = _read_by_hand("red red red; " + text[300:370] + "; cat", run="made")
    (link,) = (each.proto for each in app.get("page_link") if "copied" in each.proto.label)
    found = dict(part.split("=") for part in link.query_string.split("&"))
    assert found["source"] == "made"
    start, length = int(found["position"]), int(found["length"])
    assert start <= 300 <= start + 5 and length >= 65
    assert text[start : start + length] in "red red red; " + text[300:370] + "; cat"


def test_without_the_text_a_copy_is_named_without_its_position() -> None:
    text = "supposing that truth is a woman--what then? is there not ground"
    app = _read_by_hand("so: " + text)
    assert "characters copied from the corpus" in said(app)
    assert "position cannot be shown" in said(app)
    assert not [each for each in app.get("page_link") if "copied" in each.proto.label]


def test_no_copy_is_named_where_there_is_none() -> None:
    app = _read_by_hand("the quick brown fox jumps over the lazy dog and away")
    assert "copied" not in said(app)


@pytest.mark.parametrize("invented", [[], [(0, 1)], [(2, 30)]])
def test_text_stays_data_however_it_is_marked(invented: list[tuple[int, int]]) -> None:
    text = "<b>&amp; 'x'</b>"
    card = sample_card(text, 1.0, invented)
    assert "<b>" not in card
    assert card.count("&lt;") == 2 or invented


def test_marks_overlap_without_losing_a_character() -> None:
    marked = marked_html("abcdef", invented=[(1, 4)], copied=[(3, 6)])
    title = "invented: in neither the corpus nor an English word list"
    assert marked == (
        f'a<span class="invented" title="{title}">bc</span>'
        f'<span class="invented copied" title="{title}; copied from the corpus">d</span>'
        '<span class="copied" title="copied from the corpus">ef</span>'
    )
