from pydantic import Field
from pydantic_settings import BaseSettings
from fastmcp import FastMCP
class Settings(BaseSettings):
    mcp_host: str = Field(default="0.0.0.0", description="Host to bind")
    port: int = 8000
settings = Settings()
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="http", host=settings.mcp_host, port=settings.port)
