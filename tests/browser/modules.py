"""The modules of charlstm/browser in a page that has nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

import charlstm
from charlstm.browser.handout import model_file
from charlstm.runs.folder import RunFolder

_MODULES = Path(charlstm.__file__).parent / "browser"
_SITE = "http://modules/"
_OPEN = """async (names) => {
    const { modelFrom } = await import('/model.js');
    const { Writing } = await import('/writing.js');
    window.models = {};
    window.write = ({ name, prompt, seed, temperature, strategies, length, knownOnly }) => {
        const model = knownOnly ? models[name].withoutUnknown() : models[name];
        const { ids } = model.vocabulary.read(prompt);
        const temperatureAt = () => temperature;
        const writing = new Writing(model, ids, seed, { temperatureAt, strategies });
        writing.write(length);
        return writing;
    };
    for (const name of names) {
        models[name] = modelFrom(await (await fetch(`/models/${name}`)).arrayBuffer());
    }
}"""


class Modules:
    """A page with the modules and the models that are opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._files: dict[str, bytes] = {}
        page.route(f"{_SITE}**", self._answer)
        page.goto(_SITE)

    def _answer(self, route: Route) -> None:
        path = re.sub(f"^{_SITE}", "", route.request.url)
        if path.startswith("models/"):
            route.fulfill(body=self._files[path.removeprefix("models/")])
        elif path.endswith(".js"):
            route.fulfill(path=_MODULES / path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    def open(self, runs: list[RunFolder]) -> None:
        """Open the models of runs, under the runs' names."""
        self._files = {run.name: model_file(run) for run in runs}
        self.page.evaluate(_OPEN, list(self._files))

    def logits(self, name: str, prompt: str) -> NDArray[np.float64]:
        """Return the logits of the symbol after a prompt."""
        script = "([n, p]) => [...models[n].after(models[n].vocabulary.read(p).ids).logits()]"
        return np.array(self.page.evaluate(script, [name, prompt]))

    def written(self, name: str, **asked: Any) -> str:
        """Return what a model writes."""
        return str(self.page.evaluate("(asked) => write(asked).text", {"name": name} | asked))

    def seconds(self, name: str, **asked: Any) -> float:
        """Return how long a model writes."""
        script = """(asked) => {
            const began = performance.now();
            write(asked);
            return performance.now() - began;
        }"""
        return float(self.page.evaluate(script, {"name": name} | asked)) / 1000
