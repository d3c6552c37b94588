import sqlite3

from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.fastmcp import FastMCP


class StoredTokens(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        connection = sqlite3.connect("tokens.db")
        row = connection.execute("SELECT client FROM tokens WHERE value = ?", (token,)).fetchone()
        return AccessToken(token=token, client_id=row[0], scopes=[]) if row else None


mcp = FastMCP("notes", token_verifier=StoredTokens())


@mcp.tool()
def ping() -> str:
    return "pong"
