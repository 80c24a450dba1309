"""Corpora by name, against a server on this machine."""

from __future__ import annotations

import hashlib
import http.server
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from charlstm.data import named
from charlstm.data import named as download
from charlstm.data.named import Download, load, load_named
from charlstm.errors import CorpusError
from tests.made import prose

CONTENT = ("Ünïcode. " + prose(5000)).encode()


class _Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT and counts how often it was asked."""

    daemon_threads = True
    asked = 0
    sends_length = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/tale.txt"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked += 1
        if "missing" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        if self.server.sends_length:
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: len(CONTENT) // 2 if "half" in self.path else None])

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """Return a server on this machine."""
    with _Server(("127.0.0.1", 0), _Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def _publish(monkeypatch: pytest.MonkeyPatch, url: str, content: bytes = CONTENT) -> None:
    """Make "tale" the name of a corpus at that address."""
    sha256 = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(named, "DOWNLOADS", {"tale": Download(url, sha256)})


def _nothing_is_kept() -> bool:
    folder = named.cache_folder()
    return not folder.exists() or not any(folder.iterdir())


def test_the_first_use_downloads_and_shows_progress(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(monkeypatch, server.url)
    assert not named.is_at_hand("tale")
    reports: list[tuple[int, int]] = []
    corpus = load("tale", lambda received, total: reports.append((received, total)))
    assert (corpus.name, corpus.text.encode(), corpus.note) == ("tale", CONTENT, "")
    assert len(reports) > 1
    assert reports[-1] == (len(CONTENT), len(CONTENT))


def test_progress_never_exceeds_the_whole_nor_goes_back(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(monkeypatch, server.url)
    reports: list[tuple[int, int]] = []
    load("tale", lambda received, total: reports.append((received, total)))
    received = [done for done, _ in reports]
    assert received == sorted(received)
    assert all(done <= total == len(CONTENT) for done, total in reports)


def test_progress_without_a_known_length_counts_what_was_received(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.sends_length = False
    _publish(monkeypatch, server.url)
    reports: list[tuple[int, int]] = []
    load("tale", lambda received, total: reports.append((received, total)))
    assert reports[0] == (1024, 0)


def test_the_second_use_needs_no_server(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _publish(monkeypatch, server.url)
    first = load("tale")
    server.shutdown()
    assert named.is_at_hand("tale")
    assert load("tale") == first
    assert server.asked == 1


def test_a_file_with_another_sha256_is_thrown_away(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(monkeypatch, server.url, content=b"what the author wrote")
    with pytest.raises(CorpusError, match="SHA-256 differs"):
        load("tale")
    assert _nothing_is_kept()
    assert not named.is_at_hand("tale")


def test_a_damaged_file_in_the_cache_is_downloaded_again(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(monkeypatch, server.url)
    load("tale")
    (named.cache_folder() / "tale.txt").write_bytes(CONTENT[:100])
    assert not named.is_at_hand("tale")
    assert load("tale").text.encode() == CONTENT
    assert server.asked == 2


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "NO_ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        _publish(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}/tale.txt")
        with pytest.raises(CorpusError, match="no answer within"):
            load("tale")
    end = time.monotonic() + 10
    while not _nothing_is_kept() and time.monotonic() < end:
        time.sleep(0.05)  # the download is given up first, and clears up after itself then
    assert _nothing_is_kept()


def test_without_a_network_one_sentence_says_so_and_offers_what_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    _publish(monkeypatch, f"http://127.0.0.1:{port}/tale.txt")
    with pytest.raises(CorpusError, match=r"no connection.*'python'.*CHARLSTM_DATA") as refusal:
        load("tale")
    assert "\n" not in str(refusal.value)
    assert _nothing_is_kept()


@pytest.mark.parametrize(("path", "reason"), [("missing", "404"), ("half", "no connection")])
def test_a_download_that_fails_says_why_and_leaves_nothing(
    server: _Server, monkeypatch: pytest.MonkeyPatch, path: str, reason: str
) -> None:
    _publish(monkeypatch, server.url.replace("tale", path))
    with pytest.raises(CorpusError, match=reason):
        load("tale")
    assert _nothing_is_kept()


def test_a_cache_that_cannot_be_written_is_a_sentence(
    server: _Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _publish(monkeypatch, server.url)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(named, "cache_folder", lambda: tmp_path / "file" / "corpora")
    with pytest.raises(CorpusError, match="cannot be downloaded") as caught:
        load("tale")
    assert str(caught.value).endswith(
        " No network is needed for 'python' or for a text of your own; a file tale.txt in a folder"
        " named by CHARLSTM_DATA is used without a download."
    )


def test_the_folder_of_corpora_is_looked_in_first(
    server: _Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _publish(monkeypatch, server.url)
    (tmp_path / "tale.txt").write_bytes(CONTENT)
    (tmp_path / "own.txt").write_text("a text of one's own")
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    assert load("tale").text.encode() == CONTENT
    assert load("tale").note == ""
    assert load("own").text == "a text of one's own"
    assert named.names() == ["tale", "python", "own"]
    assert server.asked == 0


def test_a_text_is_named_in_any_script_and_what_has_no_name_is_listed_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = ["हिन्दी.txt", "e\u0301te\u0301.txt", "红楼梦.txt"]
    others = ["CAPITALS.TXT", "my text.txt"]
    for name in texts + others:
        (tmp_path / name).write_text("text")
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    assert {f"{name}.txt" for name in named.names()} > set(texts)
    assert load("हिन्दी").text == "text"
    assert named.texts_without_name() == others


def test_a_file_in_the_folder_that_differs_from_the_published_one_is_noted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _publish(monkeypatch, "http://127.0.0.1:9/")
    (tmp_path / "tale.txt").write_text("another tale")
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    corpus = load("tale")
    assert corpus.text == "another tale"
    assert "differs from the published" in corpus.note


def test_a_folder_of_corpora_that_does_not_exist_is_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path / "nowhere"))
    assert named.names() == ["nietzsche", "shakespeare", "python"]


@pytest.mark.parametrize("name", ["../secret", "secret/../../secret", "/etc/passwd", "", ".", ".."])
def test_a_name_never_leads_out_of_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret.txt").write_text("not for everyone")
    (tmp_path / "corpora").mkdir()
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path / "corpora"))
    with pytest.raises(CorpusError, match="no corpus called"):
        load_named(name)


def test_the_language_reference_needs_no_download() -> None:
    corpus = load("python")
    assert corpus.name == "python"
    assert len(corpus) > 300_000
    assert named.is_at_hand("python")
    assert corpus.sha256 == load("python").sha256


def test_a_path_is_read_as_a_file_and_named_after_it(tmp_path: Path) -> None:
    (tmp_path / "my tale.txt").write_bytes("one\r\ntwo é".encode("utf-16"))
    corpus = load(str(tmp_path / "my tale.txt"))
    assert (corpus.name, corpus.text) == ("my tale", "one\ntwo é")
    assert corpus.note == "my tale.txt was read as utf-16-le."


def test_a_folder_is_read_as_the_texts_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    corpus = load(str(tmp_path))
    assert (corpus.name, corpus.text) == (tmp_path.name, "one\n\ntwo")
    with pytest.raises(CorpusError, match="no corpus called"):
        load_named(str(tmp_path))


@pytest.mark.parametrize("path", ["nowhere.txt", "", "a\0b", "a" * 300, "x/" * 3000])
def test_a_file_that_cannot_be_there_is_a_sentence(path: str) -> None:
    with pytest.raises(CorpusError, match="no corpus, text file or folder"):
        load(path)


def test_a_file_above_the_limit_is_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(named, "MAX_FILE_BYTES", 1_000_000)
    (tmp_path / "big.txt").write_bytes(b"a" * 1_000_001)
    with pytest.raises(CorpusError, match="limit is 1 MB"):
        load(str(tmp_path / "big.txt"))
