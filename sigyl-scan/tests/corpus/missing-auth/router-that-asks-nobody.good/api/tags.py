from fastapi import APIRouter, Depends

from .who import current_user

router = APIRouter()


@router.get("/tags")
async def tags(user=Depends(current_user)):
    return []


@router.post("/tags")
async def add(text: str, user=Depends(current_user)):
    return text
