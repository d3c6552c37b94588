import uuid

from mcp.server.auth.middleware.auth_context import get_access_token

from .protocol import GetTaskParams, ListTasksParams, Method


def who() -> str:
    token = get_access_token()
    if token is None:
        raise PermissionError("log in first")
    return token.client_id


class Tasks:
    def __init__(self, kept):
        self.kept = kept

    def methods(self):
        return [
            Method("tasks/get", GetTaskParams, self.read),
            Method("tasks/list", ListTasksParams, self.page),
        ]

    async def begin(self, work) -> str:
        name = f"task-{uuid.uuid4().hex}"
        await self.kept.put(name, work, owner=who())
        return name

    async def read(self, context, params):
        found = await self.kept.get(params.task_id)
        if found is None or found.owner != who():
            raise LookupError("no such task")
        return found

    async def page(self, context, params):
        return await self.kept.all(limit=50, owner=who())
