from mcp.server.fastmcp import FastMCP
import pymongo
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pymongo.MongoClient().db.c.find({'$where': f"this.x == '{a}'"})
    return ''
