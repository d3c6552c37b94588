import datetime, jwt, os
def issue(user):
    payload = {"sub": user, "exp": datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=15)}
    return jwt.encode(payload, os.environ["KEY"], algorithm="HS256")
