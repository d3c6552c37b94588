from fastmcp import FastMCP
from pymongo import MongoClient

mcp = FastMCP("people")
people = MongoClient()["crm"]["people"]


@mcp.tool
def count_people(field: str, value: str) -> int:
    """People whose field has a value."""
    return people.count_documents({"$where": f"this.{field} == '{value}'"})
