import json

from jira import JIRA
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tickets")
jira = JIRA("https://tickets.example.com")


@mcp.tool()
def find(text: str) -> list[str]:
    """Finds tickets."""
    return [issue.key for issue in jira.search_issues(f"project = OPS AND summary ~ {json.dumps(text)}")]
