from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mcp.server.fastmcp import Context, FastMCP

from .runner import Runner


@dataclass
class AppContext:
    runner: Runner
    default_target: str


@asynccontextmanager
async def lifespan(server: FastMCP) -> AsyncIterator[AppContext]:
    yield AppContext(runner=Runner(workdir="."), default_target="all")


mcp = FastMCP("build-bench", lifespan=lifespan)


@mcp.tool()
async def make_target(ctx: Context, target: str | None = None, jobs: int = 2) -> str:
    """Build a make target."""
    app = ctx.request_context.lifespan_context
    chosen = target or app.default_target
    result = await app.runner.run(["make", f"-j{jobs}", "--", chosen])
    return f"exit {result.code}\n{result.output}"


@mcp.tool()
async def tests(ctx: Context, verbose: bool = False) -> str:
    """Run the test suite."""
    app = ctx.request_context.lifespan_context
    result = await app.runner.run(["make", "test", "V=1"] if verbose else ["make", "test"])
    return result.output


if __name__ == "__main__":
    mcp.run()
