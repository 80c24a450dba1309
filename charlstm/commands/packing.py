"""Commands that pack a text by a model's predictions, and unpack it: compress, decompress."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path

from charlstm.commands import given, output
from charlstm.commands.parser import argument, command, model
from charlstm.errors import CorpusError

_FILES = (argument("source", metavar="SRC"), argument("target", metavar="DST"), "--force --json")


@command("compress", "pack a text by a model's predictions", model, *_FILES)
def compress(arguments: Namespace) -> None:
    from charlstm.compression.packer import open_packer
    from charlstm.data.decoding import about, exactly
    from charlstm.sampling.network import use_one_thread

    data = _content(arguments.source)
    with about(Path(arguments.source).name):
        text = exactly(data)
    target = given.target(arguments.target, force=arguments.force)
    use_one_thread()
    packer = open_packer(arguments.run, arguments.checkpoint)
    began = time.perf_counter()
    packing = packer.pack(text, progress=output.progress_of("characters packed"))
    bytes_per_second = len(data) / (time.perf_counter() - began)
    output.end_progress()
    given.write(target, lambda file: file.write(packing.data))
    if arguments.json:
        output.print_json(
            {
                "bytes_before": len(data),
                "bytes_after": len(packing.data),
                "head_bytes": packing.head,
                "characters": len(text),
                "bits_per_character": packing.bits_per_character,
                "streams": packing.streams,
                "run": packer.run,
                "step": packer.step,
                "fingerprint": packer.fingerprint.hex(),
                "bytes_per_second": round(bytes_per_second),
            }
        )
        return
    rate = packing.bits_per_character
    shown = "" if rate is None else f", {rate:.3f} bits per character"
    print(
        f"{len(data):,} bytes became {len(packing.data):,} (the header takes {packing.head} of"
        f" them){shown}, {bytes_per_second:,.0f} bytes/s"
    )


@command(
    "decompress",
    "unpack a text, identical to the original",
    argument("--run", metavar="RUN", help="default: the run that the file names"),
    *_FILES,
)
def decompress(arguments: Namespace) -> None:
    from charlstm.compression.packer import packer_for, read_packed
    from charlstm.sampling.network import use_one_thread

    packed = read_packed(_content(arguments.source))
    target = given.target(arguments.target, force=arguments.force)
    use_one_thread()
    packer = packer_for(packed, arguments.run)
    began = time.perf_counter()
    data = packer.unpack(packed, progress=output.progress_of("characters unpacked")).encode()
    bytes_per_second = len(data) / (time.perf_counter() - began)
    output.end_progress()
    given.write(target, lambda file: file.write(data))
    if arguments.json:
        answer = {"bytes": len(data), "run": packer.run, "step": packer.step}
        output.print_json(answer | {"bytes_per_second": round(bytes_per_second)})
        return
    print(f"{len(data):,} bytes, as they were packed; {bytes_per_second:,.0f} bytes/s")


def _content(name: str) -> bytes:
    from charlstm.compression.packer import MOST_CHARACTERS

    path, most = Path(name), 4 * MOST_CHARACTERS  # bytes of so many characters in UTF-8 at most
    with given.file_errors(path, "read"):
        size = path.stat().st_size
        if size > most:
            raise CorpusError(
                f"{path.name!r} has {size / 1e6:,.0f} MB; the limit is {most / 1e6:,.0f} MB."
            )
        return path.read_bytes()
