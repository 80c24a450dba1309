"""Packing and unpacking: any text comes back to the letter, and damage is never taken for text."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace

import numpy as np
import pytest
import threadpoolctl
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.compression.integer_network import starts_of, streams_for
from charlstm.compression.packer import (
    MAGIC,
    MOST_CHARACTERS,
    PackedFile,
    Packer,
    check_of,
    read_packed,
)
from charlstm.errors import CharlstmError, CorpusError
from tests.compression.reference import ALPHABET, formula_packer

PACKERS = {
    "carried": formula_packer(),
    "window": formula_packer(window=5),
    "two layers": formula_packer(layers=2, units=6),
    "two symbols": formula_packer("ab"),
    "with capitals of its own": formula_packer(ALPHABET + "ABCß\0"),
}
any_packer = st.sampled_from(list(PACKERS.values()))
texts = st.one_of(
    st.text(max_size=200),
    st.text(st.sampled_from(ALPHABET + "ABZÄÉß½\r\n\t\0\ufeff\u2028😀字"), max_size=300),
    st.lists(st.sampled_from(["The cat. ", "\r\n", "NO!", "é", "\n", "ǅ", "İ", "ſ", "ß"])).map(
        "".join
    ),
)


@given(any_packer, texts)
@settings(max_examples=300)
def test_any_text_comes_back_to_the_letter(packer: Packer, text: str) -> None:
    packing = packer.pack(text)
    assert packer.unpack(packing.data) == text
    assert packing.text == text
    assert packing.bits.shape == (len(text),)


@given(any_packer, st.text(max_size=400), st.integers(1, 8))
def test_in_any_number_of_segments(packer: Packer, text: str, streams: int) -> None:
    assert packer.unpack(packer.pack(text, streams=streams).data) == text


@pytest.mark.parametrize(
    "text",
    ["", "a", "A", "😀", "\0", "\r\n", "\r", "a" * 3000, "Ä" * 300, "字" * 300, "\n\r" * 50, " "],
)
@pytest.mark.parametrize("packer", PACKERS.values(), ids=PACKERS)
def test_texts_at_the_edge(packer: Packer, text: str) -> None:
    assert packer.unpack(packer.pack(text).data) == text


def _mixed(length: int, seed: int) -> str:
    rng = np.random.default_rng(seed)
    points = rng.choice([ord(c) for c in ALPHABET], length)
    rare = rng.random(length) < 0.02
    points[rare] = rng.choice([65, 90, 0xC4, 0x1F600, 0x5B57, 13, 0, 0x10FFFF], int(rare.sum()))
    return "".join(map(chr, points))


def test_a_hundred_thousand_characters_of_all_kinds_come_back() -> None:
    packer = PACKERS["carried"]
    text = _mixed(100_000, 0)
    packing = packer.pack(text)
    assert packing.streams == 39
    assert packer.unpack(packing.data) == text


@given(st.integers(400, 100_000), st.integers(0, 2**32 - 1), st.floats(0, 1))
@settings(max_examples=4, deadline=None)
def test_long_texts_of_any_characters_come_back(length: int, seed: int, known: float) -> None:
    rng = np.random.default_rng(seed)
    points = rng.choice([ord(character) for character in ALPHABET], length)
    strange = rng.random(length) >= known
    any_points = rng.integers(0, 0x110000 - 0x800, int(strange.sum()))
    points[strange] = any_points + 0x800 * (any_points >= 0xD800)  # there are no halves in a text
    text = "".join(map(chr, points)).encode()[:100_000].decode(errors="ignore")
    packer = PACKERS["carried"]
    assert packer.unpack(packer.pack(text).data) == text


def test_a_hundred_kilobytes_of_what_the_model_has_never_seen_come_back() -> None:
    text = "".join(chr(0x4E00 + n * n % 900) for n in range(34_000))
    packing = PACKERS["carried"].pack(text)
    assert PACKERS["carried"].unpack(packing.data) == text
    assert len(packing.data) < len(text.encode()) / 2


def test_the_bits_of_the_characters_are_the_file() -> None:
    packer = PACKERS["carried"]
    for text in ("the cat sat on the mat. " * 20, "The Cat\r\nsat: ½ 😀.\r\n" * 9, _mixed(5000, 1)):
        packing = packer.pack(text)
        code = 8 * (len(packing.data) - packing.head)
        # Besides: how many pieces there are, whether there are capitals, and the last byte.
        assert -8 <= code - packing.bits.sum() <= 24
        assert (packing.bits >= 0).all()
        assert packing.bits_per_character == 8 * len(packing.data) / len(text)


def test_a_text_is_the_same_file_whatever_computes_it() -> None:
    packer, text = formula_packer(units=64), _mixed(20_000, 2)
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        one = packer.pack(text).data
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        assert packer.pack(text).data == one
        assert packer.unpack(one) == text


def test_halves_of_characters_are_refused() -> None:
    with pytest.raises(CorpusError, match="incomplete characters"):
        PACKERS["carried"].pack("a\ud800b")


def test_a_text_that_is_too_long_is_refused_before_anything_is_done() -> None:
    with pytest.raises(CharlstmError, match="At most 20,000,000"):
        PACKERS["carried"].pack("a" * (MOST_CHARACTERS + 1))


# Damage


TEXT = "The cat sat on a mat,\nand saw that it was red; “no” said she. 😀\n" * 3


@pytest.fixture(scope="module")
def data() -> bytes:
    return PACKERS["carried"].pack(TEXT).data


def test_a_file_cut_anywhere_is_refused(data: bytes) -> None:
    for length in range(len(data)):
        with pytest.raises(CharlstmError) as caught:
            PACKERS["carried"].unpack(data[:length])
        assert str(caught.value).endswith(".")


def test_a_file_with_any_bit_changed_is_refused(data: bytes) -> None:
    for position in range(8 * len(data)):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(CharlstmError):
            PACKERS["carried"].unpack(bytes(changed))


def test_a_file_with_bytes_added_is_refused(data: bytes) -> None:
    for more in (b"\0", b"x", data):
        with pytest.raises(CharlstmError):
            PACKERS["carried"].unpack(data + more)


def _with_right_sum(body: bytes) -> bytes:
    return MAGIC + zlib.crc32(body).to_bytes(4, "big") + body


@given(draws=st.data())
@settings(max_examples=300)
def test_even_where_the_checksum_was_made_to_fit_no_other_text_comes_out(
    data: bytes, draws: st.DataObject
) -> None:
    body = bytearray(data[8:])
    for _ in range(draws.draw(st.integers(1, 3))):
        body[draws.draw(st.integers(0, len(body) - 1))] = draws.draw(st.integers(0, 255))
    try:
        assert PACKERS["carried"].unpack(_with_right_sum(bytes(body)), most=1000) == TEXT
    except CharlstmError as error:
        assert str(error).endswith(".")


@given(st.binary(max_size=300), st.sampled_from([b"", MAGIC]))
def test_bytes_from_elsewhere_are_refused(data: bytes, magic: bytes) -> None:
    with pytest.raises(CharlstmError):
        PACKERS["carried"].unpack(magic + data)
    with pytest.raises(CharlstmError):
        PACKERS["carried"].unpack(_with_right_sum(data))


@given(
    st.integers(0, 2**60),
    st.integers(0, 2**60),
    st.integers(0, 2**60),
    st.integers(0, 3),
    st.binary(max_size=40),
)
@settings(max_examples=200)
def test_a_file_that_promises_too_much_allocates_nothing(
    known: int, unknown: int, streams: int, flags: int, code: bytes
) -> None:
    packer = PACKERS["carried"]
    packed = PackedFile(
        "made", 7, packer.fingerprint, bytes(8), flags, known, unknown, streams, code
    )
    with pytest.raises(CharlstmError):
        packer.unpack(packed.to_bytes(), most=2000)


def test_the_number_of_segments_is_bounded() -> None:
    packer = PACKERS["carried"]
    packed = read_packed(packer.pack("abc" * 100).data)
    for streams in (0, 65, 10**9):
        with pytest.raises(CharlstmError, match="damaged"):
            packer.unpack(replace(packed, streams=streams))


def test_another_model_is_named() -> None:
    data = PACKERS["carried"].pack("the cat").data
    other = PACKERS["two layers"]
    with pytest.raises(CharlstmError, match="packed with another model: run made, step 7"):
        other.unpack(data)
    with pytest.raises(CharlstmError, match="another model"):
        PACKERS["window"].unpack(data)


def test_a_machine_that_predicts_otherwise_never_shows_its_text() -> None:
    # As if a library had drifted: the fingerprint fits, the predictions do not.
    packer, drifted = PACKERS["carried"], formula_packer(units=11)
    packed = replace(read_packed(packer.pack(TEXT).data), fingerprint=drifted.fingerprint)
    with pytest.raises(CharlstmError):
        drifted.unpack(packed)


def test_progress_is_reported_to_the_end_and_may_stop_the_work() -> None:
    packer, reported = PACKERS["carried"], []
    text = "the cat sat. 字字字 " * 600
    data = packer.pack(text, progress=lambda *now: reported.append(now)).data
    assert reported[-1] == (len(text), len(text))
    assert [done for done, _ in reported] == sorted(done for done, _ in reported)
    reported.clear()
    packer.unpack(data, progress=lambda *now: reported.append(now))
    assert reported[-1] == (len(text), len(text))

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        packer.pack(text, progress=stop)
    with pytest.raises(KeyboardInterrupt):
        packer.unpack(data, progress=stop)


# The format


def test_the_head_holds_what_unpacking_takes() -> None:
    packer = PACKERS["carried"]
    packing = packer.pack("Hello, 字!\r\nagain\r\n")
    packed = read_packed(packing.data)
    assert (packed.run, packed.step) == ("made", 7)
    assert packed.fingerprint == packer.fingerprint
    assert packed.check == check_of("Hello, 字!\r\nagain\r\n")
    assert (packed.flags, packed.known, packed.unknown, packed.streams) == (1, 15, 1, 1)
    assert packing.data.endswith(packed.code)
    assert packed.to_bytes() == packing.data


def test_segments_are_of_one_length_give_or_take_a_character() -> None:
    assert starts_of(10, 3).tolist() == [0, 4, 7, 10]
    assert starts_of(2, 3).tolist() == [0, 1, 2, 2]
    assert [streams_for(n, None) for n in (0, 1, 4999, 5000, 10**6)] == [1, 1, 1, 2, 64]
    assert streams_for(10**6, 60) == 8


GOLDEN = {
    "carried": (
        "Lr7XNGaqB7he7vIssiR<UGhPpT>D)K1Z`ntWd{L{0R{mUMFH3=%Sh&<=Tm;$;NAQg$5$n|Uq<BZG%N9y&9K_nWJS"
        "6X>LF8xwd+La)!z99bs0LzHfKG}w>Z|d18@R9Rt)t=Hf=Y{R%$pNN#?pM>y|he^G%@+C<woFa~luD+%;spy2Mt=e"
        "64+<Q$xTiBwsX4kp"
    ),
    "window": (
        "Lr7XNe_qgKB}KV<Y<K~?UGhPpT>D)K1Z`ntWd{L{0R{mUMFH3=%Sh&<=Tm;$;NAQg$5$n|Uq<BZG%G6D?g8Vl9|;"
        "%VKn($$eI|M9MJjbDkPsXjM9no0ci3!z!HqhdK*RDlaYV<s%qMb~)2@=u3gJ}6cV5E2EiwT18U^uWg`X3pYpU4fe"
        "+8m7gz016%G}!Wqy"
    ),
    "two layers": (
        "Lr7XNpy}1e0q!{i{D*6mUGhPpT>D)K1Z`ntWd{L{0R{mUMFH3=%Sh&<=Tm;$;NAQg$5$n|UqJ~=+k=?cZ3d22$VD"
        "2;bUBaH&41vM!#r4o0}K(erdxCMt{R&Z-iWt{f(Cy*1^3Patt_&L#M5nwT7u)XL>o+YPP5-"
        "s8%u+PZzF1+KhtzQuc!%UUF*2_LInIGn@AR$4;2"
    ),
}
GOLDEN_TEXT = "The cat sat on a mat;\r\n“Né”, said Zoë 字 😀, AND saw.\r\n\r\n" + "no more " * 12


@pytest.mark.parametrize("kind", GOLDEN)
def test_what_was_packed_once_unpacks_forever(kind: str) -> None:
    data = base64.b85decode(GOLDEN[kind])
    assert PACKERS[kind].unpack(data) == GOLDEN_TEXT
    assert PACKERS[kind].pack(GOLDEN_TEXT).data == data
