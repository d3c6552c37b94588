import re


def require_id(value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", value):
        raise ValueError("not an id")
