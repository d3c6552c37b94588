from fastmcp.exceptions import ToolError
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import Middleware


class RoleFilter(Middleware):
    async def on_list_tools(self, context, call_next):
        tools = await call_next(context)
        token = get_access_token()
        return [tool for tool in tools if "admin" not in tool.tags or "admin" in token.scopes]

    async def on_call_tool(self, context, call_next):
        tool = await context.fastmcp_context.fastmcp.get_tool(context.message.name)
        if "admin" in tool.tags and "admin" not in get_access_token().scopes:
            raise ToolError("not for you")
        return await call_next(context)
