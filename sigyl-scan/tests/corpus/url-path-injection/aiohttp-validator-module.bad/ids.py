import re


def require_id(value: str) -> None:
    if not value:
        raise ValueError("an id is required")
