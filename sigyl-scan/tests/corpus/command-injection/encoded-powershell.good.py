import base64
import re
import shutil
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("windows")


class Shell:
    @staticmethod
    def run(command: str, timeout: int = 10, shell: str | None = None) -> str:
        encoded = base64.b64encode(command.encode("utf-16le")).decode("ascii")
        shell = shell or ("pwsh" if shutil.which("pwsh") else "powershell")
        args = [shell, "-NoProfile"]
        args.extend(["-EncodedCommand", encoded])
        return subprocess.run(args, capture_output=True, text=True, timeout=timeout).stdout


@mcp.tool()
def export(key: str, target: str) -> str:
    """Save a key of the registry as a file."""
    if not re.fullmatch(r"HKCU:\w+", key) or not re.fullmatch(r"\w+\.reg", target):
        raise ValueError("not a key, or not the name of a file")
    native = key.replace(":\\", "\\").rstrip("\\")
    return Shell.run(f'reg.exe export "{native}" "{target}" /y')
