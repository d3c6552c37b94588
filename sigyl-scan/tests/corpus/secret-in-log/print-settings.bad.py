import os
import sys


class Settings:
    def __init__(self):
        self.region = os.getenv("REGION", "eu")
        self.secret = os.getenv("SIGNING_SECRET")


settings = Settings()
print("signing with", settings.secret, file=sys.stderr)
