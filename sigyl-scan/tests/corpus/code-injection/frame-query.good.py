import pandas as pd
from mcp.server.fastmcp import FastMCP
from pydantic import BaseModel

mcp = FastMCP("frames")
frames: dict[str, pd.DataFrame] = {}


class Selection(BaseModel):
    frame: str
    column: str
    value: str


@mcp.tool()
def select(request: Selection) -> str:
    """Selects rows."""
    frame = pd.read_csv("data.csv")
    if request.column not in frame.columns:
        raise ValueError("no such column")
    return frame[frame[request.column] == request.value].to_json()
