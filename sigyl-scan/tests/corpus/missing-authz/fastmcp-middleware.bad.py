from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import Middleware


class RoleFilter(Middleware):
    async def on_list_tools(self, context, call_next):
        tools = await call_next(context)
        token = get_access_token()
        return [tool for tool in tools if "admin" not in tool.tags or "admin" in token.scopes]

    async def on_call_tool(self, context, call_next):
        started = context.timestamp
        result = await call_next(context)
        print(context.message.name, started)
        return result
