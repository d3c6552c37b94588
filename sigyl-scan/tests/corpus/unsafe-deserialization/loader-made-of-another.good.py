import os

import yaml
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("settings")


class SettingsLoader(yaml.SafeLoader):
    """Knows the tag !env beside the usual ones."""


def from_environment(loader, node):
    return os.environ.get(loader.construct_scalar(node), "")


SettingsLoader.add_constructor("!env", from_environment)


@mcp.tool()
def check_settings(text: str) -> list[str]:
    """Names the settings in a text."""
    return sorted(yaml.load(text, Loader=SettingsLoader))
