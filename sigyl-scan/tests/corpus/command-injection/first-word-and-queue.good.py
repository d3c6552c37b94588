import asyncio
import shlex
from dataclasses import dataclass

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("cluster-desk")
PROGRAMS = {"kubectl", "helm"}


@dataclass
class Task:
    number: int
    line: str


waiting: list[Task] = []


def check(line: str) -> None:
    program, *_ = shlex.split(line)
    if program not in PROGRAMS:
        raise ValueError(f"{program} is not one of the programs")


async def run_waiting() -> None:
    for task in waiting:
        process = await asyncio.create_subprocess_exec(*shlex.split(task.line))
        await process.wait()


@mcp.tool()
async def enqueue(line: str) -> str:
    """Runs a line of kubectl or helm later."""
    check(line)
    waiting.append(Task(len(waiting), line))
    return "waiting"


@mcp.tool()
async def work() -> str:
    """Runs what waits."""
    await run_waiting()
    return "done"
