import os

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("chat")


def ask(prompt: str) -> str:
    """Ask the model."""
    return prompt


def _complete_docstrings() -> None:
    ask.__doc__ = f"{ask.__doc__}\n\nThe model is {os.environ.get('MODEL', 'small')}."


_complete_docstrings()
mcp.tool()(ask)
