from mcp.server.fastmcp import FastMCP
from jira import JIRA
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    JIRA('').search_issues(f'project = "{a}"')
    return ''
