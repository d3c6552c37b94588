from mcp.server.auth.provider import AuthorizationParams, OAuthAuthorizationServerProvider
from mcp.server.auth.settings import AuthSettings, ClientRegistrationOptions
from mcp.server.fastmcp import FastMCP

from .settings import settings


class Provider(OAuthAuthorizationServerProvider):
    def __init__(self):
        self.clients = {}
        self.states = {}

    async def get_client(self, client_id):
        return self.clients.get(client_id)

    async def register_client(self, client_info):
        self.clients[client_info.client_id] = client_info

    async def authorize(self, client, params: AuthorizationParams) -> str:
        self.states[params.state] = (client.client_id, params)
        return f"{settings.own_url}/consent?state={params.state}"


mcp = FastMCP(
    "proxy",
    auth_server_provider=Provider(),
    auth=AuthSettings(issuer_url="https://mcp.acme.io", client_registration_options=ClientRegistrationOptions(enabled=True)),
)
