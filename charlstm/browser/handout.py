"""A trained model for a browser: one complete page, or a file of the weights as stored.

The page is one HTML file, which needs no server and no network. It holds the modules and components
of the app, the model, and facts about its text. Modules find each other through an import map, in
which each is a data URL.
"""

from __future__ import annotations

import html
import json
import re
import struct
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from charlstm.browser.colours import temperature_scale
from charlstm.browser.parts import html_of, modules_of, styles_of
from charlstm.data.vocabulary import spoken, visible
from charlstm.engine.progress import progress
from charlstm.errors import SettingsError, printable
from charlstm.exploring.compare import FEWEST, MAXIMUM, MOST, NO_TEMPERATURES, SEVERAL
from charlstm.runs.config import RunConfig
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import checkpoint_of, open_model
from charlstm.sampling.network import weight_shapes
from charlstm.settings import weight_count

DEFAULT_PROMPT = "the world is "
_PLAIN = " !$&'()*+,-./:;=@[]^_`{|}~"
"""Characters left unescaped in a data URL: smaller than base64, and readable."""

_FOLDER = Path(__file__).resolve().parents[1] / "ui" / "components" / "handout"
_ENTRY = "ui/components/handout/handout.js"
_STYLES = ("shared/below.css", "shared/writing.css")
_VIEWS = {
    "temperature": ("writer", *_STYLES),
    "compare": ("compare", *_STYLES, "draw/draw.css"),
    "hand": ("hand", *_STYLES),
    "learned": ("learned", "training/training.css"),
}
"""The component of each view, and further style sheets that it needs."""


def handout(
    run: RunFolder,
    checkpoint: int | None = None,
    *,
    prompt: str = DEFAULT_PROMPT,
    temperature: float = 0.5,
    title: str = "",
    known: bool = False,
) -> str:
    """Return the page of a run: by default that of the checkpoint with the lowest loss.

    It opens with the prompt and the temperature, unless its address has others. The default title
    is the name of the run. With ``known`` a model of words writes only known words.

    Raises:
        RunError: If there is no such checkpoint, or a file is damaged.
        SettingsError: If the temperature is not from 0 to 2.
    """
    if not 0 <= temperature <= MAXIMUM:
        raise SettingsError(
            f"The temperature of a page must lie between 0 and {MAXIMUM:g}, not {temperature}."
        )
    config, step = run.config(), checkpoint_of(run, checkpoint)
    opens_with = {"prompt": prompt, "temperature": temperature, "known": str(int(known))}
    imports = json.dumps({"imports": _modules()})
    start = f'import "{_ENTRY}";'
    parts = {
        "policy": _policy(imports, start),
        "title": html.escape(printable(title).strip() or run.name),
        "style": _file("handout.css"),
        "imports": imports,
        "about": html.escape(_about(config)),
        "source": html.escape(_source(run, step)),
        "views": "\n".join(_view(name, *files) for name, files in _VIEWS.items()),
        "data": _data(run, step, config, opens_with),
        "start": start,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda part: parts[part[1]], _file("handout.html"))


def _file(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _modules() -> dict[str, str]:
    return {path: _data_url(text) for path, text in modules_of(_ENTRY).items()}


def _data_url(text: str) -> str:
    return f"data:text/javascript;charset=utf-8,{quote(text, safe=_PLAIN)}"


def _policy(*scripts: str) -> str:
    """Return a Content-Security-Policy that forbids every request."""
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; script-src {allowed} data: 'wasm-unsafe-eval';"
        " style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _view(view: str, component: str, *styles: str) -> str:
    style = styles_of(component, *styles) + _file("print.css")
    return f'<template id="view-{view}"><style>\n{style}</style>\n{html_of(component)}</template>'


def _about(config: RunConfig) -> str:
    network, unit = config.settings.network.upper(), config.vocabulary.unit
    what = "words and marks" if unit == "token" else "characters"
    return (
        f"A small neural network ({network}) has read {config.corpus}, {config.length:,}"
        f" characters, and learned only which {what} follow which. It writes in this page, on your"
        " device. Turn the temperature down, and it chooses the likeliest; turn it up, and it"
        " takes risks."
    )


def _source(run: RunFolder, step: int) -> str:
    return (
        f"Made with charlstm from the run {run.name}, checkpoint {step:,}. The file holds all that"
        " it needs and uses no server; your settings are in its address, after the #."
    )


def _data(run: RunFolder, step: int, config: RunConfig, opens_with: dict[str, Any]) -> str:
    data = {
        "model": b64encode(model_file(run, step)).decode(),
        "opensWith": opens_with,
        "maximum": MAXIMUM,
        "colours": temperature_scale(),
        "limits": {"fewest": FEWEST, "most": MOST, "maximum": MAXIMUM},
        "usual": list(SEVERAL),
        "message": NO_TEMPERATURES,
        "learned": _learned(run, config),
    }
    return json.dumps(data, allow_nan=False).replace("<", "\\u003c")


def _learned(run: RunFolder, config: RunConfig) -> dict[str, Any]:
    shown, asked, symbols = progress(run), config.settings, len(config.vocabulary)
    held_out = config.length - config.training_length
    count = weight_count(symbols, asked.units, asked.layers, asked.network)
    layers = f"{asked.layers} layers of " if asked.layers > 1 else ""
    own = [
        ("Text", config.corpus, f"{config.length:,} characters"),
        ("Held out", f"{held_out:,} characters" if held_out else "nothing", "never learned"),
        ("Network", f"{asked.network.upper()}, {layers}{asked.units}", f"{count:,} weights"),
        ("Vocabulary", f"{symbols:,} {config.vocabulary.unit}s", f"recipe {asked.recipe}"),
    ]
    return {
        "figures": [*own, *shown["figures"]],
        "note": shown["note"],
        "training": shown["training"],
        "heldOut": shown["held_out"],
        "unit": shown["unit"],
    }


def model_file(run: RunFolder, checkpoint: int | None = None) -> bytes:
    """Return the model of a run for ``model.js``: by default the checkpoint with the lowest loss.

    The file is the header's length (uint32, little-endian), the header, then the weights under the
    names that it lists, in float16 or float32, little-endian and without gaps.

    Raises:
        RunError: If there is no such checkpoint, or a file is damaged.
    """
    model, asked = open_model(run, checkpoint), run.config().settings  # checks all that is read
    shapes = weight_shapes(asked.network, len(model.vocabulary), asked.units, asked.layers)
    kept = run.weights(model.step)
    weights = {name: _compact(kept[name]) for name in shapes}
    header = {
        "run": run.name,
        "step": model.step,
        "window": model.window,
        "level": model.vocabulary.level,
        "symbols": model.vocabulary.symbols,
        "labels": [visible(symbol) for symbol in model.vocabulary.symbols],
        "names": [spoken(symbol) for symbol in model.vocabulary.symbols],
        "marks_apart": getattr(model.vocabulary, "marks_apart", False),
        "weights": [
            {"name": name, "shape": weight.shape, "dtype": weight.dtype.name}
            for name, weight in weights.items()
        ],
    }
    head = json.dumps(header, ensure_ascii=False).encode()
    return (
        struct.pack("<I", len(head)) + head + b"".join(each.tobytes() for each in weights.values())
    )


def _compact(weight: NDArray[Any]) -> NDArray[Any]:
    return weight.astype("<f2" if weight.dtype == np.float16 else "<f4")
