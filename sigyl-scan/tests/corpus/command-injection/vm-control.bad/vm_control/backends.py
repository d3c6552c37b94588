import shlex
import subprocess
from typing import Protocol


class Backend(Protocol):
    def execute(self, line: str) -> str: ...


class LocalBackend:
    def execute(self, line: str) -> str:
        return subprocess.run(line, shell=True, check=True, capture_output=True, text=True).stdout


class SshBackend:
    def __init__(self, host: str):
        self.host = host

    def execute(self, line: str) -> str:
        return subprocess.run(["ssh", "-o", "BatchMode=yes", self.host, line], check=True, capture_output=True, text=True).stdout


def backend_for(url: str) -> Backend:
    scheme, _, rest = url.partition("://")
    if scheme == "ssh":
        return SshBackend(rest)
    return LocalBackend()
