from urllib.parse import urlparse


def is_allowed(redirect_uri: str) -> bool:
    return urlparse(redirect_uri).netloc.endswith("acme.io")
