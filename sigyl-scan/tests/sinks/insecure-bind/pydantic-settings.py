from pydantic_settings import BaseSettings
from fastmcp import FastMCP
class Settings(BaseSettings):
    host: str = "0.0.0.0"
    port: int = 8000
settings = Settings()
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="http", host=settings.host, port=settings.port)
