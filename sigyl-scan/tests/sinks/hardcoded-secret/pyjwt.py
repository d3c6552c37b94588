import jwt, time
def issue(user):
    return jwt.encode({"sub": user, "exp": time.time() + 900}, "secret", algorithm="HS256")
