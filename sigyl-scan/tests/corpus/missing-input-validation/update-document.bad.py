from pymongo import MongoClient
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("crm")
contacts = MongoClient().crm.contacts


@mcp.tool()
def update_contact(id: str, changes: dict) -> int:
    """Updates a contact."""
    return contacts.update_one({"_id": id}, changes).modified_count
