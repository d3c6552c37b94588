import hashlib
import json
import pathlib


def user_of(token: str) -> str | None:
    users = json.loads(pathlib.Path("users.json").read_text())
    return users.get(hashlib.sha256(token.encode()).hexdigest())
