import os
from pathlib import Path


class WorkspaceError(ValueError):
    pass


class Workspace:
    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def from_env(cls) -> "Workspace":
        return cls(Path(os.environ.get("WORKSPACE", ".")).resolve())

    def _locate(self, relative: str) -> Path:
        candidate = (self.root / relative).absolute()
        if not candidate.is_relative_to(self.root):
            raise WorkspaceError(f"{relative} escapes the workspace")
        return candidate

    def open_text(self, relative: str) -> str:
        return self._locate(relative).read_text(encoding="utf-8")

    def remove(self, relative: str) -> None:
        self._locate(relative).unlink()
