from dataclasses import dataclass
from fastmcp import FastMCP
@dataclass
class Config:
    host: str = "0.0.0.0"
    port: int = 8000
config = Config()
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="http", host=config.host, port=config.port)
