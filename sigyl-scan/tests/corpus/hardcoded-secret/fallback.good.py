import os

JWT_SECRET = os.environ.get("JWT_SECRET", "")
if not JWT_SECRET:
    raise SystemExit("JWT_SECRET is missing")
