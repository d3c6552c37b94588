from urllib.parse import urlparse


def is_allowed(redirect_uri: str) -> bool:
    parts = urlparse(redirect_uri)
    return parts.scheme == "https" and parts.netloc.endswith(".acme.io")
