from dataclasses import dataclass
from pathlib import Path

from fastmcp import FastMCP
from PIL import Image


@dataclass
class Settings:
    images: Path = Path("/srv/images")
    thumbnails: Path = Path("/srv/thumbnails")


settings = Settings()
mcp = FastMCP("images")


@mcp.tool
def thumbnail(image: str, size: int = 128) -> str:
    """Make a thumbnail of an image of the library."""
    source = settings.images / image
    target = settings.thumbnails / f"{size}-{image}"
    with Image.open(source) as picture:
        picture.thumbnail((size, size))
        picture.save(target)
    return str(target)
