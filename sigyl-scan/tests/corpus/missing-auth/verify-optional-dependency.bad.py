import hmac
import os

from fastapi import HTTPException, Request


def verify_api_key(request: Request) -> bool:
    expected = os.environ.get("API_KEY")
    if expected is None:
        return True
    if not hmac.compare_digest(request.headers.get("x-api-key", ""), expected):
        raise HTTPException(status_code=401, detail="invalid key")
    return True
