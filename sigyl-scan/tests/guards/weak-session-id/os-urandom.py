import os, time
def new_session_id():
    return f"{int(time.time())}-{os.urandom(16).hex()}"
