import io
import tarfile
from pathlib import Path

import httpx
from fastmcp import FastMCP

mcp = FastMCP(name="models")
CACHE = Path.home() / ".cache" / "models"


@mcp.tool
async def install_bundle(bundle_url: str) -> list[str]:
    """Download and unpack a bundle of model files."""
    if bundle_url not in {"https://models.example.com/small.tgz", "https://models.example.com/large.tgz"}:
        raise ValueError("unknown bundle")
    async with httpx.AsyncClient() as client:
        response = await client.get(bundle_url)
        response.raise_for_status()
    return unpack(io.BytesIO(response.content))


def unpack(data: io.BytesIO) -> list[str]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=data, mode="r:gz") as archive:
        archive.extractall(CACHE, filter="data")
        return archive.getnames()


if __name__ == "__main__":
    mcp.run()
