import random, string
def create_session():
    session_id = "".join(random.choices(string.hexdigits, k=16))
    return session_id
