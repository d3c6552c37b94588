import os, time
from authlib.jose import jwt
def issue(user):
    return jwt.encode({"alg": "HS256"}, {"sub": user, "exp": int(time.time()) + 900}, os.environ["KEY"])
