"""The routes that the server has beside those of Streamlit."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from charlstm.browser.model_file import model_file
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from charlstm.web.addresses import PREFIX, modules, modules_version

_FOR_EVER = "public, max-age=31536000, immutable"


def routes(base_path: str = "") -> list[BaseRoute]:
    """Return the routes; ``base_path`` is Streamlit's ``server.baseUrlPath``.

    Their functions are not asynchronous: Starlette runs them in threads, beside its own work.
    """
    base = f"/{base_path.strip('/')}/{PREFIX}".replace("//", "/")
    return [
        Route(f"{base}/modules/{{version}}/{{path:path}}", _module),
        Route(f"{base}/models/{{run}}/{{step:int}}", _model),
    ]


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
    # Weights hardly get smaller: it is not worth the time to compress them for every viewer.
    headers["Content-Encoding"] = "identity"
    return Response(content, media_type="application/octet-stream", headers=headers)


@lru_cache(maxsize=16)
def _content(path: Path, step: int, _token: str) -> bytes:
    """Return the file of a model; the token names its content."""
    return model_file(RunFolder(path), step)
