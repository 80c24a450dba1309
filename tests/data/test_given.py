"""Files that someone uploads: read as the command line reads them, and named where they are not."""

from __future__ import annotations

import pytest

from charlstm.data.named import from_files
from charlstm.errors import CorpusError
from tests.scripts import ENCODED, TEXTS


@pytest.mark.parametrize(("language", "encoding"), [(each, "utf-8") for each in TEXTS] + ENCODED)
def test_an_upload_of_any_script_and_encoding_is_read_right(language: str, encoding: str) -> None:
    text = TEXTS[language] * 20
    corpus = from_files([("tale.txt", text.encode(encoding))])
    assert (corpus.name, corpus.text) == ("tale.txt", text)
    assert corpus.note.startswith("tale.txt was read as ") == (encoding != "utf-8")


def test_every_file_that_was_read_in_a_way_of_its_own_has_a_sentence() -> None:
    files = [
        ("a.txt", "Grüße an alle Gäste.\n".encode("cp1252")),
        ("b.txt", "Grüße".encode() + b"\x96"),
        ("c.txt", "Grüße".encode()),
        ("d.txt", "Grüße".encode("utf-16")),
    ]
    corpus = from_files(files)
    assert corpus.text == "Grüße an alle Gäste.\n\nGrüße\ufffd\n\nGrüße\n\nGrüße"
    assert corpus.note == (
        "a.txt was read as cp1252.  b.txt was read as UTF-8, except for byte 8 (0x96) in line 1,"
        " which became \ufffd.  d.txt was read as utf-16-le."
    )


def test_a_file_that_is_no_text_is_named() -> None:
    with pytest.raises(CorpusError, match=r"^b\.txt holds NUL"):
        from_files([("a.txt", b"plain"), ("b.txt", b"a\0")])


def test_a_name_that_the_system_could_not_decode_can_be_shown() -> None:
    corpus = from_files([("caf\udce9.txt", b"caf\xe9")])
    assert corpus.name == "caf\ufffd.txt"
    corpus.note.encode()
    with pytest.raises(CorpusError) as refusal:
        from_files([("caf\udce9.txt", b"a\0")])
    str(refusal.value).encode()
