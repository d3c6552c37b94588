from fastapi import APIRouter, HTTPException

from .oauth import exchange_code
from .store import states

router = APIRouter()


@router.get("/callback")
async def callback(code: str, state: str):
    pending = states.pop(state, None)
    if pending is None:
        raise HTTPException(400)
    return await exchange_code(code, pending.verifier)
