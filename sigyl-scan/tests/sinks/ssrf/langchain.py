from mcp.server.fastmcp import FastMCP
from langchain_community.document_loaders import WebBaseLoader
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    WebBaseLoader(a).load()
    return ''
