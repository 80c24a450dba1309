"""Corpora from the bytes of files that someone gives: one, or several joined, within a limit.

Knows bytes and names; knows nothing of where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from charlstm.data.corpus import Corpus
from charlstm.data.decoding import about, decode, naming
from charlstm.data.long_corpus import joined
from charlstm.errors import CorpusError, printable

MAX_UPLOAD_BYTES = 20_000_000


def from_bytes(data: bytes, name: str, limit: int = MAX_UPLOAD_BYTES) -> Corpus:
    """Return the corpus in the bytes of a file.

    Raises:
        CorpusError: If there are more than ``limit`` bytes, or they are not text.
    """
    check_total([len(data)], limit)
    text, _, note = decode(data)
    return Corpus(name, text, note=note)


def from_files(files: Sequence[tuple[str, bytes]], limit: int = MAX_UPLOAD_BYTES) -> Corpus:
    """Return the corpus in several files, joined by blank lines in their order.

    Args:
        files: The name of each and its bytes.
        limit: Bytes that all may have together.

    Raises:
        CorpusError: If there are more, or a file is not text; the sentence names it.
    """
    check_total([len(data) for _, data in files], limit)
    corpora = []
    for name, data in files:
        with about(name):
            corpus = from_bytes(data, name, limit)
        corpora.append(replace(corpus, note=naming(corpus.note, name)))
    text = "".join(joined([corpus.text] for corpus in corpora))
    notes = [corpus.note for corpus in corpora if corpus.note]
    return Corpus(name_for([name for name, _ in files]), text, note="  ".join(notes))


def check_total(sizes: Sequence[int], limit: int) -> None:
    """Refuse files that are too large together.

    Args:
        sizes: Bytes of each.
        limit: Bytes that all may have together.

    Raises:
        CorpusError: If they have more.
    """
    if (total := sum(sizes)) <= limit:
        return
    these = "This file has" if len(sizes) == 1 else f"These {len(sizes):,} files have"
    raise CorpusError(f"{these} {total / 1e6:.1f} MB; the limit is {limit / 1e6:.0f} MB.")


def name_for(names_of_texts: Sequence[str]) -> str:
    """Return what several texts together are called: like the first, and how many more."""
    first, more = printable(names_of_texts[0]), len(names_of_texts) - 1
    return f"{first}-and-{more}-more" if more else first
