from fastapi import APIRouter, Depends, File, UploadFile

from .who import current_user

router = APIRouter(dependencies=[Depends(current_user)])
KEPT = {}


@router.get("/files")
async def names():
    return list(KEPT)


@router.post("/files")
async def keep(file: UploadFile = File(...)):
    KEPT[file.filename] = await file.read()


@router.delete("/files/{name}")
async def drop(name: str):
    KEPT.pop(name, None)
