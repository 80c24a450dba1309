"""Opens every page, presses every button and gives every command on a home that takes no bytes.

Run by test_disk.py in a name space of its own, where it may mount: ``disk_sweep.py full FOLDER``
or ``disk_sweep.py read-only FOLDER``. Prints a line for everything that does not end in a sentence.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from charlstm.__main__ import main
from charlstm.engine.process import delete_run, rename_run
from charlstm.errors import CharlstmError
from charlstm.runs.config import PAUSED, STOPPED
from charlstm.runs.store import find, own_runs
from tests.made import edit_json, made_run, prose
from tests.pages.opened import PAGES, ROOT

RAW = re.compile(r"\[Errno|Traceback|OSError|PermissionError|FileNotFoundError")
FULL, READ_ONLY = "full", "read-only"
BUTTONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("train", {"corpus": "python"}),
    ("train", {"run": "made"}),
    ("train", {"run": "stopped"}),
    ("train", {"run": "paused"}),
    ("race", {"corpus": "python"}),
    ("race", {"race": "paused"}),
    ("atlas", {}),
    ("atlas", {"run": "made", "length": "200"}),
    ("cells", {"run": "made"}),
    ("compression", {"view": "If language were compressed"}),
)
"""Pages with buttons that write into the home."""


def commands(folder: Path) -> Iterator[list[str]]:
    """Yield every command that may touch the home, or read from it."""
    text, other = folder / "text.txt", folder / "other"
    packed = folder / "packed"
    yield ["corpora"]
    yield ["runs"]
    yield ["runs", "--json"]
    yield ["train", "--corpus", str(text), "--epochs", "1"]
    yield ["resume", "stopped"]
    yield ["race", "stopped"]
    for run in ("made", "nietzsche-tbptt"):
        for command in ("sample", "compare", "next"):
            yield [command, "--run", run, "--prompt", "the "]
        yield ["atlas", "--run", run, "--length", "200"]
        yield ["score", "--run", run, "--text", "the cat"]
        yield ["export", run, str(other / f"{run}.zip")]
        yield ["export", run, str(folder / "home" / f"{run}.zip")]
    yield ["cells", "--run", "made", "--keep"]
    yield ["evaluate", "--run", "made", "--corpus", str(text)]
    yield ["ngram", "--corpus", str(text)]
    yield ["import", str(other / "made.zip"), "--run", "again"]
    yield ["rename", "made", "renamed"]
    yield ["compress", str(text), str(packed), "--run", "made", "--force"]
    yield ["compress", str(text), str(folder / "home" / "packed"), "--run", "made"]
    yield ["decompress", str(packed), str(folder / "home" / "text")]
    yield ["delete", "paused", "--yes"]


def give(words: list[str]) -> str:
    """Give a command; return what is wrong with how it ended, or ``""``."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            code: object = main(words)
        except SystemExit as error:
            code = error.code
        except BaseException:
            return traceback.format_exc()
    if RAW.search(said.getvalue()) or code not in (0, 2):
        return f"{code}: {said.getvalue()}"
    last = said.getvalue().strip().splitlines()[-1:] or [""]
    if code == 2 and not last[0].endswith("."):
        return f"no sentence: {said.getvalue()}"
    return ""


def opened(page: str, **address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    if page != "temperature":
        app.switch_page(f"{page}.py")
    return app.run()


def wrong_on(app: AppTest) -> str:
    raw = [each.value for each in (*app.error, *app.warning, *app.info) if RAW.search(each.value)]
    return "\n".join([*(str(each.value) for each in app.exception), *raw])


def sweep_page(page: str, **address: str) -> Iterator[tuple[str, str]]:
    """Open a page and press each of its buttons, each on a page just opened."""
    first = opened(page, **address)
    yield f"{page} {address}", wrong_on(first)
    for number, button in enumerate(first.button):
        if button.disabled or button.label == "Measure":  # it trains for a second, and keeps that
            continue
        app = opened(page, **address)
        if number < len(app.button) and app.button[number].label == button.label:
            app.button[number].click()
            app.run()
            yield f"{page} {address} {button.label}", wrong_on(app)


def all_or_nothing() -> Iterator[tuple[str, str]]:
    """Rename and delete: all of it, or nothing and a sentence."""
    before = find("made")
    command = before.config().command
    try:
        after = rename_run(before, "moved")
    except CharlstmError as error:
        after = find("made")
        fine = after.config().command == command and "[Errno" not in str(error)
    else:
        fine = str(after.path) in after.config().command
    left = [path.name for path in after.path.rglob("*.tmp")]
    yield "rename", "" if fine and not left else f"{after.path} {after.config().command} {left}"
    with contextlib.suppress(CharlstmError):
        delete_run(find("doomed"))
        yield "delete", "" if "doomed" not in [run.name for run in own_runs()] else "still there"


def main_sweep(mode: str, folder: Path) -> None:
    home = folder / "home"
    for path in (home, folder / "other"):
        path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(home)], check=True)
    os.environ |= {"CHARLSTM_HOME": str(home), "XDG_CACHE_HOME": str(folder / "cache")}
    (folder / "text.txt").write_text(prose(3000))
    for name in ("made", "doomed", "stopped", "paused"):
        made_run(name)
    edit_json(find("stopped").path / "status.json", lambda s: s.update(status=STOPPED))
    edit_json(find("paused").path / "status.json", lambda s: s.update(status=PAUSED))
    assert give(["export", "made", str(folder / "other" / "made.zip")]) == ""
    (folder / "other" / "made.zip").rename(folder / "other" / "kept.zip")
    assert give(["compress", str(folder / "text.txt"), str(folder / "packed")]) == ""
    if mode == FULL:
        with contextlib.suppress(OSError), (home / "fill").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(512))
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
    for page in PAGES:
        tell(page, wrong_on(opened(page)))
    for page, address in BUTTONS:
        for what, wrong in sweep_page(page, **address):
            tell(what, wrong)
    for what, wrong in all_or_nothing():
        tell(what, wrong)
    for words in commands(folder):
        tell(" ".join(words), give(words))


def tell(what: str, wrong: str) -> None:
    print(f"WRONG {what}: {wrong}" if wrong else f"ok {what}", flush=True)


if __name__ == "__main__":
    main_sweep(sys.argv[1], Path(sys.argv[2]))
