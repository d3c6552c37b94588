import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path


def entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            yield info.filename, archive.read(info)


class Installer:
    def __init__(self, root: str):
        self.root = Path(root)

    def target(self, name: str) -> Path:
        base = os.path.realpath(self.root)
        path = os.path.realpath(os.path.join(base, name))
        if os.path.commonpath([base, path]) != base:
            raise ValueError(f"unsafe entry {name}")
        return Path(path)

    def install(self, data: bytes) -> list[str]:
        written = []
        for name, content in entries(data):
            path = self.target(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as out:
                out.write(content)
            written.append(name)
        return written
