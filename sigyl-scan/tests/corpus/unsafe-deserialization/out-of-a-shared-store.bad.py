import pickle

import redis
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("boards")
store = redis.Redis(host="cache.internal")


@mcp.tool()
def show_board(name: str) -> list[str]:
    """The cards of a board."""
    board = pickle.loads(store.get(f"board:{name}"))
    return [card["title"] for card in board["cards"]]
