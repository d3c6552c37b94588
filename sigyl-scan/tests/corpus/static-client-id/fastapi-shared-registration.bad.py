from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, HttpUrl

from .server import mcp
from .settings import settings

router = APIRouter(prefix="/oauth")


class Registration(BaseModel):
    client_name: str
    redirect_uris: list[HttpUrl]


@router.post("/register", status_code=201)
async def register(body: Registration) -> dict:
    return {
        "client_id": settings.entra_client_id,
        "client_name": body.client_name,
        "redirect_uris": [str(uri) for uri in body.redirect_uris],
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
