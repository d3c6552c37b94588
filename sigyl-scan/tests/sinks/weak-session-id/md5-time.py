import hashlib, time
def new_session_id(user):
    return hashlib.md5(f"{user}{time.time()}".encode()).hexdigest()
