import os

from fastmcp import FastMCP
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, ConfigDict, Field

mcp = FastMCP("profiles")
profiles = AsyncIOMotorClient(os.environ["MONGO_URL"])["portal"]["profiles"]


class Profile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    display_name: str = Field(max_length=80)
    city: str | None = None
    newsletter: bool = False


@mcp.tool
async def save_profile(email: str, profile: Profile) -> str:
    """Saves the profile of a member."""
    result = await profiles.replace_one({"email": email}, {"email": email, **profile.model_dump()}, upsert=True)
    return "created" if result.upserted_id else "changed"


@mcp.tool
async def profile_exists(email: str) -> bool:
    """Tells whether a member has a profile."""
    return await profiles.find_one({"email": email}) is not None


if __name__ == "__main__":
    mcp.run()
