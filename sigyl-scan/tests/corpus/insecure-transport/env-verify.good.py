import os

import requests

VERIFY = os.getenv("VERIFY_SSL", "true").lower() == "true"


def get(path: str) -> dict:
    return requests.get(f"https://splunk.acme.io/{path}", verify=VERIFY, timeout=10).json()
