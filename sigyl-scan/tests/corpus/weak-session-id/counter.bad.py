import itertools

numbers = itertools.count(1000)
sessions = {}


def begin(user):
    session_id = f"s{next(numbers)}"
    sessions[session_id] = user
    return session_id
