import json

from mcp.server import Server
from mcp.types import TextContent
from pymongo import MongoClient

server = Server("orders")
orders = MongoClient("mongodb://localhost:27017")["shop"]["orders"]


@server.call_tool()
async def call_tool(name: str, arguments: dict) -> list[TextContent]:
    if name == "orders_where":
        amount = arguments["min_amount"]
        query = {"$where": "this.amount >= " + amount + " && this.state == '" + arguments["state"] + "'"}
        found = list(orders.find(query).limit(20))
        return [TextContent(type="text", text=json.dumps(found, default=str))]
    raise ValueError(name)
