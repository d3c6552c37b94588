from fastapi import FastAPI

from deps import StoreDep

app = FastAPI()


@app.get("/notes")
async def notes(store: StoreDep) -> list[str]:
    return store.names()
