import shlex
import subprocess
import tomllib

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("test-runner")


def configured() -> str:
    with open("/etc/runner.toml", "rb") as file:
        return tomllib.load(file)["command"]


@mcp.tool()
def run_tests(selector: str = "") -> str:
    """Runs the tests of the project."""
    command = configured()
    args = shlex.split(command)
    if selector:
        if selector.startswith("-"):
            return "not a selector"
        args.append(selector)
    done = subprocess.run(args, capture_output=True, text=True)
    return done.stdout
