import uuid

from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import JWTVerifier
from fastmcp.server.dependencies import get_access_token

mcp = FastMCP("renders", auth=JWTVerifier(jwks_uri="https://id.example.org/keys", audience="renders"))
renders: dict[str, dict] = {}


def caller() -> str:
    return get_access_token().claims["sub"]


@mcp.tool()
def begin(scene: str) -> str:
    number = uuid.uuid4().hex
    renders[number] = {"scene": scene, "owner": caller(), "picture": None}
    return number


@mcp.tool()
def picture(number: str) -> dict:
    return renders[number]
