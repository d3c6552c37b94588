from fastmcp import FastMCP
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

mcp = FastMCP("buoys")
pages = Middleware(CORSMiddleware, allow_origins=["https://buoys.example.org"])
hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["localhost"])


@mcp.tool()
def drift(buoy: int) -> str:
    """Show the drift of a buoy."""
    return f"{buoy}: none"


if __name__ == "__main__":
    mcp.run(transport="http", port=8000, middleware=[pages, hosts])
