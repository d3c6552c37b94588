import os

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .server import mcp

ISSUER = "https://accounts.acme.io"
RESOURCE = os.environ["MCP_RESOURCE_URL"]
jwks_client = jwt.PyJWKClient(f"{ISSUER}/oauth/jwks", cache_keys=True)
bearer = HTTPBearer()


async def current_subject(credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> str:
    token = credentials.credentials
    try:
        signing_key = jwks_client.get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token,
            signing_key.key,
            algorithms=["ES256"],
            issuer=ISSUER,
            audience=RESOURCE,
            options={"require": ["exp", "iss", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise HTTPException(401, "invalid token") from error
    return claims["sub"]


app = FastAPI(dependencies=[Depends(current_subject)])
app.mount("/mcp", mcp.streamable_http_app())
