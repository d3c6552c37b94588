import re

LOCAL = re.compile(r"http://localhost.*|https://.*\.acme\.io.*")


def is_valid(redirect_uri: str) -> bool:
    return bool(LOCAL.match(redirect_uri))
