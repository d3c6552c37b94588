from mcp.server.fastmcp import FastMCP
from selenium import webdriver
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    webdriver.Chrome().get(a)
    return ''
