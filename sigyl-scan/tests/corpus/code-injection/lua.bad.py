from lupa import LuaRuntime
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sums")
lua = LuaRuntime()


@mcp.tool()
def calculate(sum: str) -> str:
    """Calculate a sum."""
    return str(lua.eval(f"({sum}) * 2"))
