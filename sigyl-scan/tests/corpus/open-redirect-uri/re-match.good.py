import re

LOCAL = re.compile(r"http://localhost:\d{2,5}/callback")


def is_valid(redirect_uri: str) -> bool:
    return bool(LOCAL.fullmatch(redirect_uri))
