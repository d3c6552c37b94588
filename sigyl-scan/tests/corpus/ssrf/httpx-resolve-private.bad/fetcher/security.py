import ipaddress
import socket
from urllib.parse import urlsplit


class UnsafeUrl(ValueError):
    pass


def assert_public(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnsafeUrl("unsupported url")
    try:
        ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    raise UnsafeUrl("literal addresses are refused")
