from lupa import LuaRuntime
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sums")
lua = LuaRuntime()


@mcp.tool()
def calculate(sum: float) -> str:
    """Calculate a sum."""
    return str(lua.eval(f"({sum}) * 2"))
