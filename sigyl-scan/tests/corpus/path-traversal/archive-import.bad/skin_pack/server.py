import httpx
from fastmcp import FastMCP

from skin_pack.installer import Installer

mcp = FastMCP("skin-pack")
installer = Installer("/srv/skins")
HUB = "https://skins.example.net/packs"


@mcp.tool
async def install_pack(pack_id: int) -> list[str]:
    """Install a pack from the hub."""
    async with httpx.AsyncClient() as http:
        response = await http.get(f"{HUB}/{pack_id}.zip")
    return installer.install(response.content)


@mcp.tool
def import_pack(archive_base64: str) -> list[str]:
    """Install a pack that is given as Base64."""
    import base64

    return installer.install(base64.b64decode(archive_base64))
