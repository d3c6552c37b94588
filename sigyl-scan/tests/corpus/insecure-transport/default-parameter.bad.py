import requests


class Api:
    def __init__(self, base: str, token: str, verify_ssl: bool = False):
        self.base, self.token, self.verify_ssl = base, token, verify_ssl

    def get(self, path: str) -> dict:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.get(self.base + path, headers=headers, verify=self.verify_ssl, timeout=5).json()


api = Api("https://nsx.acme.io/", open("/run/secrets/token").read())
