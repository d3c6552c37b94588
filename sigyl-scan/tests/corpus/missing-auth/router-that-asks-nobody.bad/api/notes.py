from fastapi import APIRouter, Depends

from .who import current_user

router = APIRouter()


@router.get("/notes")
async def notes(user=Depends(current_user)):
    return []


@router.post("/notes")
async def add(text: str, user=Depends(current_user)):
    return text
