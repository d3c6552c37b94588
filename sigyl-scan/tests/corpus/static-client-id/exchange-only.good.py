import httpx
from starlette.routing import Route

from .store import register

CLIENT_ID = "acme-mcp"


async def token(request):
    form = await request.form()
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            "https://id.acme.io/token",
            data={"grant_type": "authorization_code", "client_id": CLIENT_ID, "code": form["code"]},
        )
    return answer.json()


routes = [Route("/register", register, methods=["POST"]), Route("/token", token, methods=["POST"])]
