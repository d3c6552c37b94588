import logging
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("portal")
logger = logging.getLogger(__name__)


@mcp.tool()
def login(username: str, password: str) -> str:
    """Logs in to the portal."""
    logger.info("login of %s with a password of %d characters", username, len(password))
    return "ok"
