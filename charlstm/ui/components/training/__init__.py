"""A run on the page Train: progress, curves and a live text, without a run of the page's script."""

from __future__ import annotations

from collections.abc import Callable

from charlstm.engine.progress import progress
from charlstm.runs.folder import RunFolder
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.parameters import same
from charlstm.ui.theme import temperature_scale
from charlstm.web.addresses import model_address, progress_address

_mount = component("training", "shared/below.css", "shared/writing.css")


def training(
    run: RunFolder, *, key: str, maximum: float, on_renew: Callable[[], None]
) -> int | None:
    """Show a run, which the browser follows by itself; return the checkpoint that writes.

    ``on_renew`` is called when the status of the run has changed, or when it has new samples.
    """
    symbols = run.config().vocabulary.symbols
    symbol = address.parameter("symbol", options=same(symbols))
    words, revision = address.exchange(key, ["prompt", "temperature", "order", "scale", symbol])
    shown = progress(run)
    step: int | None = shown["step"]
    model = None if step is None else model_address(run, step)
    _mount(
        key=key,
        on_renew_change=on_renew,
        data={
            "words": words,
            "revision": revision,
            "address": progress_address(run),
            "progress": shown | {"model": model, "checkpoint": step},
            "maximum": maximum,
            "colours": temperature_scale(),
        },
    )
    return step
