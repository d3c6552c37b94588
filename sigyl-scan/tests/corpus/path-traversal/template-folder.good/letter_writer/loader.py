from functools import partial
from pathlib import Path
from typing import Callable


def _read(folder: Path, name: str) -> str:
    if name not in {entry.stem for entry in folder.glob("*.txt")}:
        raise LookupError(f"no template {name!r}")
    candidate = folder / name
    if candidate.suffix != ".txt":
        candidate = candidate.with_suffix(".txt")
    return candidate.read_text("utf-8")


def make_loader(folder: Path) -> Callable[[str], str]:
    return partial(_read, folder)
