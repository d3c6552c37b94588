import jwt, os
def issue(user):
    payload = {"sub": user, "scope": "notes"}
    return jwt.encode(payload, os.environ["KEY"], algorithm="HS256")
