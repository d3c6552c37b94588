import os
import tempfile
import zipfile

from mcp.server.fastmcp import FastMCP


class Packager:
    def __init__(self, server: FastMCP) -> None:
        self.folder = tempfile.mkdtemp()
        server.tool()(self.add)
        server.tool(name="pack")(self.pack)

    def add(self, filename: str, text: str) -> str:
        """Add a file to the package."""
        target = os.path.normpath(os.path.join(self.folder, filename))
        if not target.startswith(self.folder + os.path.sep):
            raise ValueError("outside of the package")
        with open(target, "w") as handle:
            handle.write(text)
        return target

    def pack(self, title: str) -> str:
        """Pack the files."""
        archive = os.path.join(self.folder, "package.zip")
        with zipfile.ZipFile(archive, "w") as out:
            out.writestr("title.txt", title)
        return archive


server = FastMCP("packager")
packager = Packager(server)

if __name__ == "__main__":
    server.run()
