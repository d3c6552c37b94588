import jwt

client = jwt.PyJWKClient("https://id.acme.io/jwks")


def verify(token: str) -> dict:
    key = client.get_signing_key_from_jwt(token)
    return jwt.decode(token, key.key, algorithms=["RS256"], audience="https://mcp.acme.io")
