from fastapi import APIRouter, File, UploadFile

router = APIRouter()
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
