from fastapi import FastAPI

from api import files, notes, tags

app = FastAPI()
app.include_router(notes.router, prefix="/api")
app.include_router(tags.router, prefix="/api")
app.include_router(files.router, prefix="/api")
