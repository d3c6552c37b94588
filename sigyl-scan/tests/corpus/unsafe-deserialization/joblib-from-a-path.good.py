import joblib

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def predict(model: str) -> str:
    """Runs a model."""
    models = {"a": "/srv/models/a.joblib"}
    return str(joblib.load(models[model]).predict([[1]]))
