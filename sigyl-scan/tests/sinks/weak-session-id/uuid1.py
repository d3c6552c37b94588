import uuid
def new_session_id():
    return str(uuid.uuid1())
