import os
from urllib.parse import urlsplit

KNOWN = frozenset(os.environ.get("CALLBACK_HOSTS", "hooks.example.com").split(","))


def is_known(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and parts.hostname in KNOWN
