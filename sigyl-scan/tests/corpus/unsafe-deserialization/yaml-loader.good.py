import yaml
from fastmcp import FastMCP

mcp = FastMCP("pipelines")


def parsed(text: str) -> dict:
    return yaml.load(text, Loader=yaml.SafeLoader)


@mcp.tool
def check_pipeline(definition: str) -> list[str]:
    """Checks the definition of a pipeline."""
    document = parsed(definition)
    return sorted(document.get("stages", []))
