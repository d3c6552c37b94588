import subprocess
from contextvars import ContextVar
from dataclasses import dataclass, replace

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("maps")
region: ContextVar[str] = ContextVar("region", default="all")


class Words:
    def __init__(self):
        self.parts = ["gdalinfo"]

    def add(self, part):
        self.parts.append(part)
        return self


@dataclass
class Layer:
    name: str = "base"
    file: str = ""

    def __post_init__(self):
        self.file = f"./{self.name}"


class Table:
    def __init__(self, **given):
        for key, value in given.items():
            setattr(self, key, value)

    def __getitem__(self, key):
        return "./" + getattr(self, "prefix") + key


def run(*words: str) -> str:
    return subprocess.run(list(words), capture_output=True, text=True).stdout


@mcp.tool()
def info(path: str) -> str:
    return run(*Words().add("-json").add("./" + path).parts)


@mcp.tool()
def reference(name: str) -> str:
    return run("gdalsrsinfo", replace(Layer(), name=name).file)


@mcp.tool()
def tiles(prefix: str) -> str:
    return run("gdal2tiles", Table(prefix=prefix)["/all"])


@mcp.tool()
def use(name: str) -> str:
    region.set(name)
    return extent()


def extent() -> str:
    return run("ogrinfo", f"./{region.get()}")
