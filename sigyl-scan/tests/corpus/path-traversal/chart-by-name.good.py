import os

import matplotlib.pyplot as plt
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("charts")


@mcp.tool()
def draw(title: str, values: list[float]) -> str:
    """Draw a chart."""
    figure, axes = plt.subplots()
    axes.plot(values)
    figure.savefig(os.path.join("/srv/charts", os.path.basename(title) + ".png"))
    return "drawn"
