import hashlib
import time


def create_token(user: str) -> str:
    access_token = hashlib.md5(f"{user}{time.time()}".encode()).hexdigest()
    return access_token
