import secrets
import string


def new_session_id() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
