"""A run on the page Train: progress, curves and a live text, without rerunning the script."""

from __future__ import annotations

from collections.abc import Callable

from charlstm.runs.folder import RunFolder
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.components.dial import dial_data
from charlstm.ui.parameters import same
from charlstm.web.addresses import progress_address, watched

_mount = component("training", "shared/below.css", "shared/writing.css")


def training(run: RunFolder, *, key: str, on_renew: Callable[[], None]) -> int | None:
    """Show a run, which the browser polls; return the checkpoint that writes.

    ``on_renew`` is called when the status of the run changes or new samples arrive.
    """
    symbols = run.config().vocabulary.symbols
    symbol = address.parameter("symbol", options=same(symbols))
    words, revision = address.exchange(key, ["prompt", "temperature", "order", "scale", symbol])
    shown = watched(run)
    _mount(
        key=key,
        on_renew_change=on_renew,
        data={
            "words": words,
            "revision": revision,
            "address": progress_address(run),
            "progress": shown,
            **dial_data(),
        },
    )
    step: int | None = shown["checkpoint"]
    return step
