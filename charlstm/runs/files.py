"""The files of one folder, read so that what is missing or damaged is named.

Nothing that is loaded is executed: JSON and arrays without pickle. Knows nothing of what the files
mean.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError


class Files:
    """The files of a run, under their names in its folder, such as ``checkpoints/step-000001.npz``.

    Readers raise RunError with a sentence that names the run and the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        """Return whether there is such a file or folder."""
        return (self.path / name).exists()

    def damaged(self, name: str) -> RunError:
        """Return the error that says that a file cannot be read."""
        return RunError(f"In the run {self.path.name}, the file {name} is missing or damaged.")

    def json(self, name: str) -> dict[str, Any]:
        """Return the object that a JSON file holds."""
        try:
            value = json.loads((self.path / name).read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise self.damaged(name) from error
        if not isinstance(value, dict):
            raise self.damaged(name)
        return value

    def array(self, name: str, key: str) -> NDArray[Any] | None:
        """Return one array of an .npz, None where it has none of that name."""
        return self._arrays(name, {key}).get(key)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of an .npz under their names."""
        return self._arrays(name)

    def _arrays(self, name: str, only: set[str] | None = None) -> dict[str, NDArray[Any]]:
        try:
            with (
                (self.path / name).open("rb") as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                return {k: arrays[k] for k in arrays.files if only is None or k in only}
        except Exception as error:  # zlib and NumPy raise many kinds on damaged bytes
            raise self.damaged(name) from error

    def lines(self, name: str) -> list[Any]:
        """Return the values of a .jsonl, None for a line that is no JSON; none of no file."""
        try:
            content = (self.path / name).read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self.damaged(name) from error
        # What follows the last line end is a line still being written, or one cut off by a crash.
        return [_parse(line) for line in content.split(b"\n")[:-1]]


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
