import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fastmcp import FastMCP
from pydantic import BaseModel, Field

mcp = FastMCP(name="images")
pool = ThreadPoolExecutor(4)


class Resize(BaseModel):
    source: str = Field(description="Image file")
    width: int = Field(ge=1, le=4096)
    filter: str = Field(default="Lanczos")


@dataclass
class Job:
    words: list[str]

    def run(self) -> str:
        line = " ".join(self.words)
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr


def build(request: Resize) -> Job:
    words = ["convert", request.source]
    words += ["-filter", request.filter]
    words.append(f"-resize {request.width}x")
    words.append("out.png")
    return Job(words)


@mcp.tool
def resize(request: Resize) -> str:
    """Resizes an image."""
    job = build(request)
    return pool.submit(job.run).result()
