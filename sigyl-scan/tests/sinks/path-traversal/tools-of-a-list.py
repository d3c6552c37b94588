from fastmcp import FastMCP


def read(path: str) -> str:
    """Reads a file."""
    with open(path) as file:
        return file.read()


mcp = FastMCP("files", tools=[read])
