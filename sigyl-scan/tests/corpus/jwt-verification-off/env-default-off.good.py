import jwt


def claims(token: str, key: str) -> dict:
    return jwt.decode(token, key, algorithms=["RS256"], options={"verify_signature": True})
