import functools
import os

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("calc")


def traced(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    inner.__doc__ = function.__doc__
    return inner


if os.environ.get("ENABLE_ADD") == "1":

    @mcp.tool()
    @traced
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b
