import ssl

import httpx


class Client:
    def __init__(self, token: str, ca: str):
        context = ssl.create_default_context(cafile=ca)
        self.http = httpx.AsyncClient(
            base_url="https://argocd.acme.io", verify=context, headers={"Authorization": f"Bearer {token}"}
        )
