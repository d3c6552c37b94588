import shlex
import subprocess
from abc import ABC, abstractmethod

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("archives")


class Packer(ABC):
    @abstractmethod
    def pack(self, folder: str) -> str:
        raise NotImplementedError


class TarPacker(Packer):
    def pack(self, folder: str) -> str:
        return subprocess.getoutput(f"tar czf /tmp/out.tgz -- {shlex.quote(folder)}")


class ZipPacker(Packer):
    def pack(self, folder: str) -> str:
        return subprocess.check_output(["zip", "-r", "/tmp/out.zip", "./" + folder], text=True)


def packed(packer: Packer, folder: str) -> str:
    return packer.pack(folder)


PACKERS: dict[str, Packer] = {}


def register(kind: str, packer: Packer) -> None:
    PACKERS[kind] = packer


@mcp.tool()
def pack(kind: str, folder: str) -> str:
    """Pack a folder."""
    return packed(PACKERS[kind], folder)
