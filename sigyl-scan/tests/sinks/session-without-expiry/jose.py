import os
from jose import jwt
def issue(user):
    return jwt.encode({"sub": user}, os.environ["KEY"], algorithm="HS256")
