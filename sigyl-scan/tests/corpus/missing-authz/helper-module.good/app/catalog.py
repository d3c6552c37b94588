from .config import config

TOOLS = {}


def visible():
    return [tool for name, tool in TOOLS.items() if name not in config.blocked_tools]
