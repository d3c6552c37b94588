from fastapi import FastAPI

from deps import StoreDep

app = FastAPI()


@app.get("/notes/{name}")
async def note(name: str, store: StoreDep, folder: str = "") -> str:
    return (store.root / folder / name).read_text()
