from __future__ import annotations

import subprocess
from pathlib import Path


class Command:
    """A command line that is put together step by step."""

    def __init__(self, program: str):
        self._argv: list[str] = [program]
        self._cwd: Path | None = None

    def arg(self, value: str) -> Command:
        self._argv.append(value)
        return self

    def option(self, name: str, value: str | int | None) -> Command:
        if value is not None:
            self._argv += [f"--{name}", str(value)]
        return self

    def within(self, folder: Path) -> Command:
        self._cwd = folder
        return self

    def output(self) -> str:
        done = subprocess.run(self._argv, cwd=self._cwd, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout
