import regex
import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("search")


@mcp.tool()
def find(pattern: str) -> list[str]:
    text = requests.get("https://docs.example.org/all.txt", timeout=5).text
    return [match.group() for match in regex.compile(pattern).finditer(text, timeout=2.0)]
