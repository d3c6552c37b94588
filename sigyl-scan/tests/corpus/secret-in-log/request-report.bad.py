from mcp.server.fastmcp import FastMCP

mcp = FastMCP("mail")


@mcp.tool()
def folder(name: str, account: dict) -> str:
    """Opens a folder."""
    report = f"""
    Could not open {name}.
    Endpoint: https://mail.acme.io/folders
    Authorization: Bearer {account.get('access_token')}
    """
    return report
