"""What the server remembers, in memory. Put a database behind the same three methods to run more than one process."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


class Expiring(Generic[T]):
    """Values under random keys. Only a digest of a key is kept, so that reading the store gives nothing to present."""

    def __init__(self, lifetime_s: float, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime_s = lifetime_s
        self._capacity = capacity
        self._clock = clock
        self._entries: dict[bytes, tuple[float, T]] = {}

    def put(self, value: T) -> str:
        """Keep a value and return its key, 256 random bits. The oldest value gives way when the store is full."""
        if len(self._entries) >= self._capacity:
            del self._entries[next(iter(self._entries))]
        key = secrets.token_urlsafe(32)
        self._entries[_digest(key)] = (self._clock() + self._lifetime_s, value)
        return key

    def get(self, key: str) -> T | None:
        """The value of a key, while it lasts."""
        expires, value = self._entries.get(_digest(key), (0.0, None))
        return value if self._clock() < expires else None

    def take(self, key: str) -> T | None:
        """The value of a key, once: the key is worth nothing afterwards."""
        expires, value = self._entries.pop(_digest(key), (0.0, None))
        return value if self._clock() < expires else None


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True)
class Client:
    """A client that registered itself. Its name is what it calls itself, no more."""

    name: str
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """An authorization request, checked, that waits for the user's consent."""

    client_id: str
    redirect_uri: str
    state: str | None
    code_challenge: str
    browser: str = field(repr=False)


@dataclass(frozen=True)
class Login:
    """A request that the user consented to, while the user is at the upstream server."""

    request: Request
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """What a user allowed a client. The upstream token never leaves the server but to the upstream service."""

    client_id: str
    upstream_token: str = field(repr=False)


@dataclass(frozen=True)
class Code:
    """A finished login that its client has yet to collect."""

    request: Request
    grant_id: str


@dataclass(frozen=True)
class Token:
    """An access token of this server. It names a grant; it contains nothing."""

    client_id: str
    grant_id: str
    expires_at: int


# Lifetime of an access token, in seconds; chosen, with no refresh tokens.
TOKEN_LIFETIME_S = 3600


class Store:
    """Everything, each kind by itself. Lifetimes in seconds; capacities are chosen to bound the memory."""

    def __init__(self) -> None:
        self.clients: Expiring[Client] = Expiring(30 * 24 * 3600, 10_000)
        self.requests: Expiring[Request] = Expiring(600, 10_000)
        self.logins: Expiring[Login] = Expiring(600, 10_000)
        self.codes: Expiring[Code] = Expiring(60, 10_000)
        self.grants: Expiring[Grant] = Expiring(TOKEN_LIFETIME_S + 60, 10_000)
        self.tokens: Expiring[Token] = Expiring(TOKEN_LIFETIME_S, 10_000)
