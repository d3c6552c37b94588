import httpx
from fastmcp import FastMCP
from fastmcp.server.dependencies import get_access_token
mcp = FastMCP("notes")
@mcp.tool()
async def me() -> str:
    """Me."""
    async with httpx.AsyncClient() as client:
        answer = await client.post("https://login.example.com/token", data={"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": get_access_token().token, "audience": "api"})
        upstream = answer.json()["access_token"]
        return (await client.get("https://api.example.com/me", headers={"Authorization": f"Bearer {upstream}"})).text
