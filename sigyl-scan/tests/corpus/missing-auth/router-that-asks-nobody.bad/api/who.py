from fastapi import Header, HTTPException

KEYS = {}


def current_user(authorization: str = Header("")):
    if authorization not in KEYS:
        raise HTTPException(status_code=401)
    return KEYS[authorization]
