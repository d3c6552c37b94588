"""A server of Sigyl that tests start by themselves, on SQLite or PostgreSQL, with its first administrator."""

import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DATABASES = ["sqlite", "postgres"]

SCOPES = ["read", "publish", "deploy", "secrets", "reveal", "gateway", "admin"]


@dataclass
class Running:
    """The server's address, a key with every scope, and the workspace that both belong to."""

    url: str
    key: str
    workspace: str


@contextmanager
def running(binary: str, database: str, folder: Path, **settings: str) -> Iterator[Running]:
    """A server until the block ends. It must end well, and its log must have no error."""
    data = folder / "data"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SIGYL_CONFIG": "/dev/null",
        "SIGYL_DATA_DIR": str(data),
        "SIGYL_LISTEN": "127.0.0.1:0",
        "SIGYL_LOG_FORMAT": "json",
        **{f"SIGYL_{name}_PER_MINUTE": "60000" for name in ("READS", "WRITES", "LOGINS")},
        **settings,
    }
    if database == "postgres":
        environment["SIGYL_DATABASE_URL"] = empty_database(folder)
        subprocess.run([binary, "db", "init-key"], env=environment, check=True, capture_output=True)
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([binary, "serve"], env=environment, stderr=log)
    try:
        url = listening(process, folder / "log")
        token = (data / "claim-token").read_text().strip()
        claim = {"token": token, "username": "ada", "password": "correct horse battery"}
        cookie = ask(url, "/api/v1/claim", claim)[1]["set-cookie"].split(";")[0]
        key = ask(url, "/api/v1/keys", {"name": "tests", "scopes": SCOPES}, cookie=cookie)[0]["token"]
        yield Running(url, key, "ada")
        errors = [line for line in (folder / "log").read_text().splitlines() if '"ERROR"' in line]
        assert errors == []
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0


def empty_database(folder: Path) -> str:
    url = os.environ["SIGYL_TEST_POSTGRES"]
    name = "api_" + re.sub(r"\W", "_", str(folder)).lower()[-40:]
    psql = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"))
    program = str(psql[-1]) if psql else "psql"
    subprocess.run([program, url, "-qc", f'CREATE DATABASE "{name}" TEMPLATE template0'], check=True)
    return url.rsplit("/", 1)[0] + "/" + name


def listening(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address, once the server says it."""
    while process.poll() is None:
        for line in log.read_text().splitlines(keepends=True):
            if line.endswith("\n") and (entry := json.loads(line)).get("message") == "listening":
                return entry["url"]
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(log.read_text())


def ask(url: str, path: str, body: dict, **headers: str) -> tuple[dict, dict[str, str]]:
    headers = {"content-type": "application/json", **headers}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer), {name.lower(): value for name, value in answer.headers.items()}
