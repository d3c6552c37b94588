import os
import sys


class Settings:
    def __init__(self):
        self.region = os.getenv("REGION", "eu")
        self.secret = os.getenv("SIGNING_SECRET")


settings = Settings()
print("signing secret:", "set" if settings.secret else "missing", file=sys.stderr)
print("secret ends with", settings.secret[-4:] if settings.secret else "-", file=sys.stderr)
