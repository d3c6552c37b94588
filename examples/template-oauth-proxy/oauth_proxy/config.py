"""What the server is told by its environment."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# Visible ASCII without the backslash, which browsers read as a slash and Python does not.
URL_TEXT = re.compile(r"[!-\[\]-~]+")


@dataclass(frozen=True)
class Config:
    """Addresses have no trailing slash, but for issuers, which are compared as they are written."""

    host: str
    port: int
    public_url: str
    upstream_issuer: str
    upstream_authorize_url: str
    upstream_token_url: str
    upstream_api_url: str
    upstream_client_id: str
    upstream_client_secret: str = field(repr=False)

    @property
    def issuer(self) -> str:
        """This server as an authorization server; with the slash that the SDK writes into its metadata."""
        return f"{self.public_url}/"

    @property
    def mcp_url(self) -> str:
        """The resource identifier: the endpoint as clients know it."""
        return f"{self.public_url}/mcp"

    @property
    def callback_url(self) -> str:
        """Where the upstream server sends users back; the only address that is registered there."""
        return f"{self.public_url}/callback"


def read_config() -> Config:
    """Read and check the environment."""
    port = int(os.environ.get("PORT", "8000"))
    return Config(
        host=os.environ.get("HOST", "127.0.0.1"),
        port=port,
        public_url=trusted_url("PUBLIC_URL", os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}")).rstrip("/"),
        upstream_issuer=trusted_url("UPSTREAM_ISSUER", os.environ["UPSTREAM_ISSUER"]),
        upstream_authorize_url=trusted_url("UPSTREAM_AUTHORIZE_URL", os.environ["UPSTREAM_AUTHORIZE_URL"]),
        upstream_token_url=trusted_url("UPSTREAM_TOKEN_URL", os.environ["UPSTREAM_TOKEN_URL"]),
        upstream_api_url=trusted_url("UPSTREAM_API_URL", os.environ["UPSTREAM_API_URL"]).rstrip("/"),
        upstream_client_id=os.environ["UPSTREAM_CLIENT_ID"],
        upstream_client_secret=os.environ["UPSTREAM_CLIENT_SECRET"],
    )


def trusted_url(name: str, value: str) -> str:
    """An https address; plain http only on this machine, for trying things out."""
    if not is_safe_url(value):
        raise ValueError(f"{name} must be an https address")
    return value


def is_safe_url(value: str) -> bool:
    """True for https, and for http on the loopback address, with nothing hidden in the address."""
    if not URL_TEXT.fullmatch(value):
        return False
    try:
        parts = urlsplit(value)
        parts.port  # reading it checks it
    except ValueError:
        return False
    if parts.fragment or parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
