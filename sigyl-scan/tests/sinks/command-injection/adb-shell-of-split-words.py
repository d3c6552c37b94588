import shlex, subprocess
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("phone")

class Adb:
    def __init__(self, device=None, adb_path="adb"):
        self.device = device
        self.adb_path = adb_path
    def _base(self):
        return [self.adb_path] + (["-s", self.device] if self.device else [])
    def shell(self, cmd: str) -> str:
        out = subprocess.run(self._base() + ["shell"] + shlex.split(cmd), capture_output=True, text=True)
        return out.stdout
adb = Adb()

@mcp.tool()
def launch(package: str, activity: str = "") -> str:
    """Start an app."""
    target = package if not activity else f"{package}/{activity}"
    return adb.shell(f"am start -n {target}")
