import re

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def ensure_safe_name(name: str) -> None:
    if not _NAME.match(name):
        raise ValueError(f"invalid name: {name!r}")
