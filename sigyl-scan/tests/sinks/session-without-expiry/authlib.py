import os
from authlib.jose import jwt
def issue(user):
    return jwt.encode({"alg": "HS256"}, {"sub": user}, os.environ["KEY"])
