"""The command ngram: one line per order, the same figures as the functions give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from charlstm.__main__ import main
from charlstm.analysis.loss import baselines, count_ngrams
from charlstm.data.corpus import Corpus
from charlstm.sampling.language_model import LanguageModel
from tests.made import prose

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "mine.txt"
    path.write_text(prose(2000).title())
    return path


def test_each_order_is_one_line_of_figures(capsys: Capture, text: Path) -> None:
    assert main(["ngram", "--corpus", str(text), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    corpus = Corpus("mine", prose(2000))
    model = count_ngrams(corpus.ids, 1800, len(corpus.vocabulary))
    table = baselines(model, corpus.ids[1800:])
    assert [line["order"] for line in lines] == [1, 2, 3, 4, 5, 6]
    for line, row in zip(lines, table.to_dict("records"), strict=True):
        assert line == {
            "order": row["order"],
            "nats": row["stream_nats"],
            "bits": row["stream_bits"],
            "predictions": 199,
            "window_nats": row["window_nats"],
            "window_bits": row["window_bits"],
            "size": row["size"],
        }


def test_one_order_alone_writes_on_from_a_prompt(capsys: Capture, text: Path) -> None:
    words = ["ngram", "--corpus", str(text), "--order", "3", "--prompt", "The § cat"]
    words += ["--length", "50", "--seed", "7", "--temperature", "0.7"]
    assert main([*words, "--json"]) == 0
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    corpus = Corpus("mine", prose(2000))
    model = count_ngrams(corpus.ids, 1800, len(corpus.vocabulary)).of_order(3)
    writer = LanguageModel(corpus.vocabulary, model, None)
    assert line["text"] == writer.write("the  cat", temperature=0.7, length=50, seed=7)
    assert (line["folded"], line["dropped"]) == (["T"], ["§"])
    assert main(words) == 0
    assert f"the  cat{line['text']}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--order", "7"], "between 1 and 6"),
        (["--order", "0"], "between 1 and 6"),
        (["--held-out", "0"], "held out"),
        (["--held-out", "nan"], "a number"),
        (["--temperature", "-1"], "temperature"),
        (["--length", "-5"], "length"),
    ],
)
def test_what_cannot_be_is_one_line(
    capsys: Capture, text: Path, words: list[str], sentence: str
) -> None:
    assert main(["ngram", "--corpus", str(text), *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_text_that_is_too_short_is_refused(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("abcab")
    assert main(["ngram", "--corpus", str(tmp_path / "short.txt")]) == 2
    assert "characters" in capsys.readouterr().err
