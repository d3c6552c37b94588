import joblib

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def predict(model: str) -> str:
    """Runs a model."""
    return str(joblib.load(model).predict([[1]]))
