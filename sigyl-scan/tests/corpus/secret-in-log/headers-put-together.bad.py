import logging
import os

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tickets")
log = logging.getLogger(__name__)


def login() -> dict[str, str]:
    headers = {}
    key = os.environ.get("TICKETS_API_KEY")
    if key:
        headers["Authorization"] = f"Bearer {key}"
    return headers


@mcp.tool()
def ticket(number: int) -> str:
    headers = {"Accept": "application/json"}
    headers.update(login())
    log.debug(f"Headers: {headers}")
    return requests.get(f"https://tickets.example.org/{number}", headers=headers, timeout=9).text
