from functools import partial
from pathlib import Path
from typing import Callable


def _read(folder: Path, name: str) -> str:
    candidate = folder / name
    if candidate.suffix != ".txt":
        candidate = candidate.with_suffix(".txt")
    return candidate.read_text("utf-8")


def make_loader(folder: Path) -> Callable[[str], str]:
    return partial(_read, folder)
