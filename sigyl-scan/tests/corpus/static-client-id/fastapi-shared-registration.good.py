import secrets

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, HttpUrl

from .entra import create_app_registration
from .server import mcp
from .settings import settings
from .store import clients

router = APIRouter(prefix="/oauth")


class Registration(BaseModel):
    client_name: str
    redirect_uris: list[HttpUrl]


@router.post("/register", status_code=201)
async def register(body: Registration) -> dict:
    uris = [str(uri) for uri in body.redirect_uris]
    registration = await create_app_registration(f"{body.client_name} {secrets.token_hex(4)}", uris)
    await clients.save(registration.app_id, uris)
    return {
        "client_id": registration.app_id,
        "client_name": body.client_name,
        "redirect_uris": uris,
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
    }


@router.get("/metadata")
async def metadata() -> dict:
    base = settings.public_url
    return {"issuer": base, "registration_endpoint": f"{base}/oauth/register", "authorization_endpoint": settings.entra_authorize}


app = FastAPI()
app.include_router(router)
app.mount("/", mcp.streamable_http_app())
