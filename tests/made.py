"""Things made for tests: texts, weights and runs that need no training."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import Corpus
from charlstm.runs.config import FINISHED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.sampling.network import weight_shapes
from charlstm.settings import settings_for

_WORDS = """
    the cat sat on a mat and saw that it was red; then ten men ran to see her.
"""


def prose(length: int, seed: int = 0) -> str:
    """Return lower-case text of that many characters that a small network learns from quickly."""
    chooser = random.Random(seed)
    known, words, written = _WORDS.split(), list[str](), 0
    while written <= length:
        words.append(chooser.choice(known) + ("\n" if chooser.random() < 0.1 else ""))
        written += len(words[-1]) + 1
    return " ".join(words)[:length]


def unigram_entropy(text: str) -> float:
    """Return the entropy of the symbol frequencies in nats per character.

    It is the loss of a model that knows the frequencies and nothing else (Shannon 1948, section 6).
    """
    fraction = np.unique(list(text), return_counts=True)[1] / len(text)
    return float(-(fraction * np.log(fraction)).sum())


def wordy(length: int, words: int = 150, seed: int = 0) -> str:
    """Return text of that many characters with so many different words, some of them rare."""
    chooser = random.Random(seed)
    parts = [a + b for a in "bcdfglmnprst" for b in "aeiou"]
    known = ["".join(chooser.sample(parts, chooser.randint(1, 3))) for _ in range(words)]
    shares = [1 / (rank + 3) for rank in range(words)]  # about as words of a language are spread
    text = ""
    while len(text) < length:
        line = " ".join(chooser.choices(known, shares, k=chooser.randint(4, 9)))
        text += line + chooser.choice([",\n", ".\n", "; "])
    return text[:length]


def random_weights(
    symbols: int, units: int = 8, layers: int = 1, seed: int = 0, network: str = "lstm"
) -> dict[str, NDArray[np.float32]]:
    """Return weights of a network that has learned nothing, under their Keras names."""
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> NDArray[np.float32]:
        return rng.normal(0.0, 0.5, shape).astype(np.float32)

    shapes = weight_shapes(network, symbols, units, layers)
    names = ["dense/kernel", "dense/bias", *list(shapes)[:-2]]
    return {name: normal(*shapes[name]) for name in names}


def edit_json(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the value in a JSON file."""
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def history_line(step: int, **changes: Any) -> dict[str, Any]:
    """Return a line such as a training writes into history.jsonl."""
    line = {
        "step": step,
        "epoch": step / 10,
        "seconds": step / 5,
        "loss": 3.0 - step / 100,
        "held_out_loss": 3.0 - step / 200,
        "characters_per_second": 1000,
    }
    return line | changes


def made_run(
    name: str = "made",
    recipe: str = "tbptt",
    text: str = "",
    corpus_name: str = "made-text",
    **settings: Any,
) -> RunFolder:
    """Return a finished run of two checkpoints, steps 10 and 20, with weights drawn at random."""
    text = text or prose(1500)
    asked = settings_for(recipe, **({"units": 8, "epochs": 2} | settings))
    corpus = Corpus(corpus_name, text)
    run = new_run(corpus, asked, name)
    for step in (10, 20):
        sizes = (len(run.config().vocabulary), asked.units, asked.layers)
        weights = random_weights(*sizes, seed=step, network=asked.network)
        run.write_checkpoint(step, weights)
        run.append_history(history_line(step))
        run.append_samples(
            {
                "epoch": step // 10,
                "step": step,
                "prompt": text[:60],
                "temperature": 0.5,
                "seed": step,
                "text": text[60:120],
            }
        )
    with zipfile.ZipFile(run.path / "model.keras", "w") as archive:
        archive.writestr("config.json", "for Keras; the app has the checkpoints")
    run.write_resume({"progress/step": np.array(20), "progress/seconds": np.array(4.0)})
    run.write_status(
        Status(
            status=FINISHED,
            step=20,
            steps=20,
            epoch=2,
            epochs=2,
            seconds=4.0,
            loss=2.8,
            best_held_out_loss=2.9,
            best_step=20,
        )
    )
    return run


def copied(run: RunFolder, path: Path) -> RunFolder:
    """Return a copy of a run under another name."""
    shutil.copytree(run.path, path)
    return RunFolder(path)
