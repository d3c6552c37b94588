from fastapi import APIRouter

from .oauth import exchange_code

router = APIRouter()


@router.get("/oauth/callback")
async def callback(code: str, state: str | None = None):
    tokens = await exchange_code(code)
    return {"ok": bool(tokens)}
