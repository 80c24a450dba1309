"""Commands that pack: compress, decompress."""

from __future__ import annotations

import argparse
import glob
import time
from collections.abc import Callable
from pathlib import Path

from charlstm.commands.files import reason
from charlstm.commands.output import end_progress, say, tell_progress
from charlstm.compression.packer import MOST_CHARACTERS, open_packer, packer_for, read_packed
from charlstm.data.decoding import about, exactly
from charlstm.errors import CorpusError
from charlstm.runs.publish import publish, sweep_leftovers
from charlstm.sampling.network import use_one_thread

_MOST_BYTES = 4 * MOST_CHARACTERS
_TELL_EVERY = 10_000


def compress(arguments: argparse.Namespace) -> None:
    """Pack a text file by a model's predictions."""
    source, target = Path(arguments.source), Path(arguments.target)
    data = _content(source)
    with about(source.name):
        text = exactly(data)
    _check_target(target, force=arguments.force)
    use_one_thread()
    packer = open_packer(arguments.run, arguments.checkpoint)
    began = time.perf_counter()
    packing = packer.pack(text, progress=_tell("packed"))
    seconds = time.perf_counter() - began
    end_progress()
    _write(target, packing.data)
    before, after = len(data), len(packing.data)
    if arguments.json:
        say(
            {
                "bytes_before": before,
                "bytes_after": after,
                "head_bytes": packing.head,
                "characters": len(text),
                "bits_per_character": packing.bits_per_character,
                "streams": packing.streams,
                "run": packer.run,
                "step": packer.step,
                "fingerprint": packer.fingerprint.hex(),
                "bytes_per_second": round(before / seconds),
            }
        )
        return
    rate = packing.bits_per_character
    shown = "" if rate is None else f", {rate:.3f} bits per character"
    print(
        f"{before:,} bytes became {after:,} ({packing.head} of them the head){shown},"
        f" {before / seconds:,.0f} bytes/s"
    )


def decompress(arguments: argparse.Namespace) -> None:
    """Get a packed text back."""
    source, target = Path(arguments.source), Path(arguments.target)
    packed = read_packed(_content(source))
    _check_target(target, force=arguments.force)
    use_one_thread()
    packer = packer_for(packed, arguments.run)
    began = time.perf_counter()
    data = packer.unpack(packed, progress=_tell("unpacked")).encode()
    seconds = time.perf_counter() - began
    end_progress()
    _write(target, data)
    if arguments.json:
        say(
            {
                "bytes": len(data),
                "run": packer.run,
                "step": packer.step,
                "bytes_per_second": round(len(data) / seconds),
            }
        )
        return
    print(f"{len(data):,} bytes, as they were packed; {len(data) / seconds:,.0f} bytes/s")


def _content(path: Path) -> bytes:
    with reason(path, "read"):
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise CorpusError(
                f"{path.name!r} has {size / 1e6:,.0f} MB; at most {_MOST_BYTES / 1e6:,.0f} MB are"
                " taken."
            )
        return path.read_bytes()


def _check_target(path: Path, *, force: bool) -> None:
    """Refuse to write where something stands, before any work is done."""
    with reason(path, "written"):
        if path.is_dir() or not path.parent.is_dir():
            raise CorpusError(f"{str(path)!r} is not a file in a folder that exists.")
        if path.exists() and not force:
            raise CorpusError(
                f"{str(path)!r} exists already; give another name, or --force to write over it."
            )


def _write(path: Path, data: bytes) -> None:
    with reason(path, "written"):
        sweep_leftovers(path.parent, glob.escape(path.name))
        publish(path, lambda file: file.write(data))


def _tell(word: str) -> Callable[[int, int], None]:
    """Return what tells now and then how far it is."""
    last = 0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if done >= last + _TELL_EVERY:
            last = done
            tell_progress(f"{word}: {done:,} of {total:,} characters")

    return tell
