from mcp.server.fastmcp import FastMCP
from starlette.responses import HTMLResponse

mcp = FastMCP("board")
cards: dict[int, str] = {}
PAGE = "<html><body><ul>{items}</ul></body></html>"


class Html(str):
    """Markup already."""


def fill(template: str, **values: object) -> Html:
    return Html(template.format(**values))


@mcp.custom_route("/board", methods=["GET"])
async def board(request):
    return HTMLResponse(fill(PAGE, items=Html("".join(fill("<li>{title}</li>", title=card) for card in cards.values()))))


@mcp.tool()
def add(title: str) -> int:
    """Puts a card on the board."""
    cards[len(cards)] = title
    return len(cards)
