"""The addresses of a real server: uploads that nobody reads, and who may frame a page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.browser.driving import ROOT, Server

FILES = int(os.environ.get("CHARLSTM_TEST_UPLOADS", "12"))
SIZE = 20_000_000
ROOM = 120_000_000
"""What a server may grow by: two files kept, and those on their way."""


@pytest.fixture
def viewer(fresh_server: Server) -> Iterator[ClientConnection]:
    """A viewer of the Train page, without a browser."""
    address = fresh_server.url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as connection:
        yield connection


def _session_of(viewer: ClientConnection) -> str:
    """Ask for the page; return the name of the session once the page has run."""
    asked, session = BackMsg(), ""
    asked.rerun_script.page_name = "train"
    viewer.send(asked.SerializeToString())
    while True:
        told = ForwardMsg.FromString(viewer.recv())
        if told.WhichOneof("type") == "new_session":
            session = told.new_session.initialize.session_id
        if told.WhichOneof("type") == "script_finished" and told.script_finished == 0:
            return session


def _resident_bytes(server: Server) -> int:
    assert server._process is not None
    status = Path(f"/proc/{server._process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def test_one_session_that_uploads_without_end_does_not_fill_the_memory(
    fresh_server: Server, viewer: ClientConnection
) -> None:
    session, client = _session_of(viewer), requests.Session()
    client.trust_env = False
    client.get(f"{fresh_server.url}/_stcore/health")
    headers = {"X-Xsrftoken": client.cookies.get("_streamlit_xsrf") or ""}
    before = _resident_bytes(fresh_server)
    for number in range(FILES):
        answer = client.put(
            f"{fresh_server.url}/_stcore/upload_file/{session}/{number:032x}",
            headers=headers,
            files={"file": ("b.txt", bytes(SIZE), "text/plain")},
        )
        assert answer.status_code == 204
    assert _resident_bytes(fresh_server) - before < ROOM


def test_a_course_page_may_show_the_app_in_a_frame_as_the_readme_says(
    fresh_server: Server,
) -> None:
    client = requests.Session()
    client.trust_env = False
    headers = client.get(fresh_server.url).headers
    assert "X-Frame-Options" not in headers
    assert "frame-ancestors" not in headers.get("Content-Security-Policy", "")
    readme = " ".join((ROOT / "charlstm/ui/README.md").read_text().split())
    assert "neither `X-Frame-Options` nor `frame-ancestors`" in readme
