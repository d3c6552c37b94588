import uuid

from mcp.server.auth.middleware.auth_context import get_access_token

from .protocol import GetTaskParams, ListTasksParams, Method


def allowed() -> None:
    if get_access_token() is None:
        raise PermissionError("log in first")


class Tasks:
    def __init__(self, kept):
        self.kept = kept

    def methods(self):
        return [
            Method("tasks/get", GetTaskParams, self.read),
            Method("tasks/list", ListTasksParams, self.page),
        ]

    async def begin(self, work) -> str:
        allowed()
        name = f"task-{uuid.uuid4().hex}"
        await self.kept.put(name, work)
        return name

    async def read(self, context, params):
        allowed()
        return await self.kept.get(params.task_id)

    async def page(self, context, params):
        allowed()
        return await self.kept.all(limit=50)
