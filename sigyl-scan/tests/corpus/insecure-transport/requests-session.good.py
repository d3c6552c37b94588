import os

import requests

session = requests.Session()
session.verify = os.environ.get("CA_BUNDLE", True)


def get(path: str) -> dict:
    return session.get(f"https://jenkins.acme.io/{path}", timeout=10).json()
