"""Starts the example servers and talks to them with the official client."""

import os
import queue
import re
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

# Copies of the examples with their dependencies installed; the test command makes them.
EXAMPLES = Path(os.environ["SIGYL_TEST_EXAMPLES"])

# Longest wait for a server to say that it listens, in seconds; chosen for a busy machine.
START_TIMEOUT_S = 60

# A server inherits nothing but these: what it needs must be told to it.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def example_argv(name: str) -> list[str]:
    """How an example starts: as its `mcp.yaml` says, with this very Python."""
    manifest = (EXAMPLES / name / "mcp.yaml").read_text(encoding="utf-8")
    start = re.search(r"start: \[([^\]]+)\]", manifest)
    assert start, f"{name}/mcp.yaml names no start command"
    argv = [word.strip() for word in start.group(1).split(",")]
    return [sys.executable, *argv[1:]] if argv[0] == "python" else argv


@asynccontextmanager
async def stdio_session(name: str, *, argv: list[str] | None = None, **env: str) -> AsyncIterator[ClientSession]:
    """A session with an example over stdio, not yet initialized."""
    command, *args = argv or example_argv(name)
    parameters = StdioServerParameters(
        command=command, args=args, cwd=EXAMPLES / name, env={**ENVIRONMENT, **env}
    )
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        async with stdio_client(parameters, errlog=nowhere) as (read, write):
            async with ClientSession(read, write) as session:
                yield session


@asynccontextmanager
async def http_session(url: str, **headers: str) -> AsyncIterator[ClientSession]:
    """A session over streamable HTTP, not yet initialized."""
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:
        async with streamable_http_client(url, http_client=client) as (read, write, _):
            async with ClientSession(read, write) as session:
                yield session


@contextmanager
def running(name: str, **env: str) -> Iterator[str]:
    """An example that serves HTTP, on a free port; yields its address."""
    port = free_port()
    with serving(example_argv(name), EXAMPLES / name, r"listening on|Uvicorn running on", PORT=str(port), **env):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serving(argv: list[str], cwd: Path, ready: str, **env: str) -> Iterator[None]:
    """A program that runs; begins when it writes what `ready` matches."""
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1", **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str | None] = queue.Queue()

    def drain() -> None:
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=drain, daemon=True).start()
    try:
        seen = []
        while not seen or not re.search(ready, seen[-1]):
            line = lines.get(timeout=START_TIMEOUT_S)
            assert line is not None, f"{argv} ended before it listened:\n{''.join(seen)}"
            seen.append(line)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def text_of(result) -> str:
    """The text of a tool's result."""
    return "\n".join(part.text for part in result.content)
