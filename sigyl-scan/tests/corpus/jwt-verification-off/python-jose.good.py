from jose import jwt

from .keys import keys


def current_user(authorization: str) -> dict:
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise PermissionError
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.decode(token, keys[kid], algorithms=["RS256"], audience="https://mcp.acme.io")
