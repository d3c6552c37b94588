import base64
import json
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("units")


class Codec:
    BODY = "eyJmb290IjogMC4zMDQ4fQ=="

    @staticmethod
    def open(text: str) -> bytes:
        return base64.b64decode(text)

    @classmethod
    def start(cls):
        return json.loads(cls.open(cls.BODY))


@mcp.tool()
def to_metres(feet: float) -> float:
    """Converts feet to metres."""
    return feet * Codec.start()["foot"]
