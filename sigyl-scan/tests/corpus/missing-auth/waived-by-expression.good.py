import hmac
import os

API_KEY = os.getenv("API_KEY")


def authorized(given: str) -> bool:
    return False if not API_KEY else hmac.compare_digest(given, API_KEY)
