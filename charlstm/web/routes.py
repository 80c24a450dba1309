"""The server's routes besides those of Streamlit."""

from __future__ import annotations

import hashlib
import json
import math
import time
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from charlstm.browser.handout import handout, model_file
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from charlstm.web.addresses import (
    MOVED,
    PREFIX,
    modules,
    modules_version,
    new_query,
    watched,
)

_FOR_EVER = "public, max-age=31536000, immutable"
_FRESH_SECONDS, _MOST_READINGS = 0.7, 50
_READING = Lock()
_READINGS: dict[Path, tuple[float, bytes]] = {}
"""When each run was last read, and the answer."""


def routes(base_path: str = "") -> list[BaseRoute]:
    """Return the routes; ``base_path`` is Streamlit's ``server.baseUrlPath``.

    Their functions are not asynchronous: Starlette runs them in threads, alongside its own work.
    """
    root = f"/{base_path.strip('/')}".rstrip("/")
    base = f"{root}/{PREFIX}"
    return [
        *(Route(f"{root}/{page}", _moved) for page in MOVED),
        Route(f"{base}/modules/{{version}}/{{path:path}}", _module),
        Route(f"{base}/models/{{run}}/{{step:int}}", _model),
        Route(f"{base}/page/{{run}}/{{step:int}}", _page),
        Route(f"{base}/runs/{{run}}/progress", _progress),
    ]


def _moved(request: Request) -> Response:
    """Redirect the old address of a page to the page that has its view now."""
    page = request.url.path.rsplit("/", 1)[-1]
    query = urlencode(new_query(page, request.query_params))
    return RedirectResponse(f"{MOVED[page]}?{query}")


def _module(request: Request) -> Response:
    """Answer with an ES module; only the files that were listed at the start can be asked for."""
    content = modules().get(request.path_params["path"])
    if content is None or request.path_params["version"] != modules_version():
        return PlainTextResponse("There is no such module.", 404)
    return Response(content, media_type="text/javascript", headers={"Cache-Control": _FOR_EVER})


def _model(request: Request) -> Response:
    """Answer with the model of a run and checkpoint, as ``browser/model.js`` reads it."""
    step = request.path_params["step"]
    try:
        run = find(request.path_params["run"])
        if step not in run.checkpoints():
            raise RunError(f"The run {run.name} has no checkpoint at step {step}.")
        token = run.checkpoint_token(step)
        tag = f'"{token}"'
        is_named = request.query_params.get("v") == token
        headers = {"ETag": tag, "Cache-Control": _FOR_EVER if is_named else "no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return Response(status_code=304, headers=headers)
        content = _content(run.path, step, token)
    except CharlstmError as error:
        return PlainTextResponse(str(error), 404)
    # Weights hardly compress: it is not worth the time to do so for every viewer.
    headers["Content-Encoding"] = "identity"
    return Response(content, media_type="application/octet-stream", headers=headers)


@lru_cache(maxsize=16)
def _content(path: Path, step: int, _token: str) -> bytes:
    """Return the file of a model; the token names its content."""
    return model_file(RunFolder(path), step)


def _page(request: Request) -> Response:
    """Answer with the handout of a run and checkpoint; the query holds arguments of handout."""
    asked = request.query_params
    try:
        run = find(request.path_params["run"])
        given: dict[str, Any] = {name: asked[name] for name in ("prompt", "title") if name in asked}
        if "temperature" in asked:
            given["temperature"] = float(asked["temperature"])
        given["known"] = asked.get("known") == "1"
        content = handout(run, request.path_params["step"], **given)
    except (CharlstmError, ValueError) as error:
        return PlainTextResponse(str(error), 404)
    headers = {"Cache-Control": "no-cache"}
    if asked.get("download") == "1":
        name = quote(f"{run.name}.html")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return HTMLResponse(content, headers=headers)


def _progress(request: Request) -> Response:
    """Answer with a run's progress; see charlstm.engine.progress. All viewers share one reading."""
    try:
        content = _reading(find(request.path_params["run"]))
    except CharlstmError as error:
        return PlainTextResponse(str(error), 404)
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def _reading(run: RunFolder) -> bytes:
    with _READING:
        when, content = _READINGS.get(run.path, (-math.inf, b""))
        if time.monotonic() - when > _FRESH_SECONDS:
            content = json.dumps(watched(run), allow_nan=False).encode()
            _READINGS.pop(run.path, None)
            _READINGS[run.path] = time.monotonic(), content
            for oldest in list(_READINGS)[:-_MOST_READINGS]:
                del _READINGS[oldest]
    return content
