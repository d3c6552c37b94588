import os
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

    def __str__(self):
        return " ".join(self.parts)


@dataclass
class Layer:
    name: str = "base"
    command: str = ""

    def __post_init__(self):
        self.command = f"gdalsrsinfo {self.name}"


class Table:
    def __init__(self, **given):
        for key, value in given.items():
            setattr(self, key, value)

    def __getitem__(self, key):
        return getattr(self, "prefix") + key


@mcp.tool()
def info(path: str) -> str:
    return os.popen(str(Words().add("-json").add(path))).read()


@mcp.tool()
def reference(name: str) -> str:
    return os.popen(replace(Layer(), name=name).command).read()


@mcp.tool()
def tiles(prefix: str) -> str:
    return os.popen("gdal2tiles " + Table(prefix=prefix)["/all"]).read()


@mcp.tool()
def use(name: str) -> str:
    region.set(name)
    return extent()


def extent() -> str:
    return os.popen(f"ogrinfo {region.get()}").read()
