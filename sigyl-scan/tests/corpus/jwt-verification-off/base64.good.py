import base64
import json


def expiry(own_token: str) -> int:
    part = own_token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=="))["exp"]
