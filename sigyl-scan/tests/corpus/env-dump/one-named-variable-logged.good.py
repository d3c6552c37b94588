import logging
import os

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("specs")
log = logging.getLogger(__name__)


@mcp.tool()
def operations(variable: str = "SPEC_URL") -> str:
    address = os.environ.get(variable, os.environ.get("SPEC_URL"))
    log.debug("reading %s", address)
    return str(len(requests.get(address, timeout=9).text))
