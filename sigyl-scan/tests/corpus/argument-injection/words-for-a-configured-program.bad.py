import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("models")


def run(settings, command, wanted):
    if wanted:
        words = wanted.split()
        command.extend(["--only"] + words)
    process = subprocess.Popen(args=[settings.program, "--no-color", *command], stdout=subprocess.PIPE, text=True)
    return process.communicate(timeout=60)[0]


@mcp.tool()
def build(wanted: str = "") -> str:
    """Builds what is wanted"""
    return run(SETTINGS, ["build"], wanted)
