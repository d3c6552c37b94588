import httpx


class Client:
    def __init__(self, token: str):
        self.http = httpx.AsyncClient(
            base_url="https://argocd.acme.io", verify=False, headers={"Authorization": f"Bearer {token}"}
        )
