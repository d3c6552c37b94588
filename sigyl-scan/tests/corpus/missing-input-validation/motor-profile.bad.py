import os
from typing import Any

from fastmcp import FastMCP
from motor.motor_asyncio import AsyncIOMotorClient

mcp = FastMCP("profiles")
profiles = AsyncIOMotorClient(os.environ["MONGO_URL"])["portal"]["profiles"]


@mcp.tool
async def save_profile(email: str, profile: dict[str, Any]) -> str:
    """Saves the profile of a member."""
    result = await profiles.replace_one({"email": email}, profile, upsert=True)
    return "created" if result.upserted_id else "changed"


@mcp.tool
async def profile_exists(email: str) -> bool:
    """Tells whether a member has a profile."""
    return await profiles.find_one({"email": email}) is not None


if __name__ == "__main__":
    mcp.run()
