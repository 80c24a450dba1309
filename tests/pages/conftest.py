"""Fixtures of the pages' tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner


@pytest.fixture(scope="session", autouse=True)
def packages_scanned_once() -> Iterator[None]:
    """Let Streamlit look once for components among all installed packages, not at every page."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="module", autouse=True)
def what_is_loaded_stays() -> Iterator[None]:
    """Let garbage be sought only in what a page leaves: Streamlit seeks it after every run.

    In a process that loaded tensorflow for other tests this takes a good half second each time.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
