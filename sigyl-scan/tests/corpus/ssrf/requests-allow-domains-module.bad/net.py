import requests
from urllib.parse import urlparse

DOMAINS = ["paper.example.com", "gazette.example.org"]


def is_ours(url: str) -> bool:
    host = (urlparse(url).hostname or "").lower()
    return any(host.endswith(domain) for domain in DOMAINS)


def get(url: str) -> requests.Response:
    if not is_ours(url):
        raise PermissionError(f"{url} is not one of our papers")
    return requests.get(url, timeout=10, allow_redirects=False)
