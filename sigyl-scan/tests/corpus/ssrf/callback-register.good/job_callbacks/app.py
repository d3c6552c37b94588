import httpx
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .models import JobRequest
from .tokens import user_of

app = FastAPI()
bearer = HTTPBearer()


def current_user(credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> str:
    user = user_of(credentials.credentials)
    if user is None:
        raise HTTPException(401)
    return user


async def notify(job: JobRequest, result: dict) -> None:
    async with httpx.AsyncClient(timeout=5) as client:
        await client.post(job.callback, json=result)


@app.post("/jobs", status_code=202)
async def create_job(job: JobRequest, background: BackgroundTasks, user: str = Depends(current_user)):
    if job.callback:
        background.add_task(notify, job, {"name": job.name, "owner": user})
    return {"accepted": job.name}
