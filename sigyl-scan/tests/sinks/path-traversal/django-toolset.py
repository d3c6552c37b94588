from mcp_server import MCPToolset


class Files(MCPToolset):
    def read(self, path: str) -> str:
        """Reads a file."""
        with open(path) as file:
            return file.read()
