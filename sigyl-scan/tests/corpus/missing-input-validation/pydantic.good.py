from pydantic import BaseModel
from pymongo import MongoClient
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("crm")
contacts = MongoClient().crm.contacts


class Contact(BaseModel):
    name: str
    phone: str


@mcp.tool()
def add_contact(contact: Contact) -> str:
    """Adds a contact."""
    return str(contacts.insert_one({"name": contact.name, "phone": contact.phone}).inserted_id)
