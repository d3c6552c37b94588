import httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("mail")


@mcp.tool()
def folder(name: str, account: dict) -> str:
    """Opens a folder."""
    headers = {"Authorization": f"Bearer {account.get('access_token')}"}
    answer = httpx.get("https://mail.acme.io/folders", headers=headers, params={"name": name})
    report = f"""
    Could not open {name}.
    Endpoint: https://mail.acme.io/folders
    Status: {answer.status_code}
    """
    return report
