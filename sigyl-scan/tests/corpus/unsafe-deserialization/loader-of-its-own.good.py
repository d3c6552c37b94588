import yaml

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("playbooks")


class Loader(yaml.SafeLoader):
    """Refuses duplicate keys."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise ValueError("duplicate key")
        return super().construct_mapping(node, deep)


@mcp.tool()
def check(text: str) -> int:
    """Counts the steps of a playbook."""
    return len(yaml.load(text, Loader=Loader))
