from dataclasses import dataclass
from urllib.parse import ParseResult, urlencode, urlparse

from fastapi import FastAPI, HTTPException
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

app = FastAPI()


class Registration(BaseModel):
    redirect_uris: list[str]


@dataclass
class Client:
    name: str
    redirect_uris: list[str]


clients: dict[str, Client] = {}


@app.post("/register")
async def register(request: Registration):
    clients["c"] = Client("c", request.redirect_uris)
    return {"client_id": "c"}


def is_loopback(address: ParseResult) -> bool:
    return address.scheme == "http" and (address.hostname or "").lower() in {"localhost", "127.0.0.1"}


def registered(client: Client, redirect_uri: str) -> str:
    for known in client.redirect_uris:
        if known == redirect_uri:
            return known
    for known in client.redirect_uris:
        # The port of a native client is another one each time.
        if is_loopback(urlparse(known)) and is_loopback(urlparse(redirect_uri)):
            return redirect_uri
    raise HTTPException(400)


@app.get("/authorize")
async def authorize(client_id: str, redirect_uri: str, state: str):
    target = registered(clients[client_id], redirect_uri)
    return RedirectResponse(f"{target}?{urlencode({'code': 'x', 'state': state})}")
