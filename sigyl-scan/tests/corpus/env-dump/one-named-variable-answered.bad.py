import logging
import os

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("specs")
log = logging.getLogger(__name__)


@mcp.tool()
def setting(variable: str) -> str:
    return f"{variable}={os.environ.get(variable, '')}"
