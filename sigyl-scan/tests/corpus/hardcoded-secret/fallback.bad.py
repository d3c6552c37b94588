import os

JWT_SECRET = os.environ.get("JWT_SECRET", "7c1f0a94-ledger-Qz88-kx")
