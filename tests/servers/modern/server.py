"""A server of the stateless era, which speaks the older one, too."""

import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("modern", instructions="Adds numbers.")


@server.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.prompt()
def ask(topic: str) -> str:
    """Asks about a topic."""
    return f"What is {topic}?"


if __name__ == "__main__":
    if sys.argv[1:]:
        server.run(transport="streamable-http", port=int(sys.argv[1]))
    else:
        server.run()
