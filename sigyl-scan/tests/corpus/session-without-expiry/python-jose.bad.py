from jose import jwt

KEY = open("/run/secrets/key").read()


def mint(subject: str) -> str:
    return jwt.encode({"sub": subject, "aud": "https://mcp.acme.io"}, KEY, algorithm="HS256")
