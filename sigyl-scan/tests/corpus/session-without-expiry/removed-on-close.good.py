import uuid

from mcp.server.lowlevel import Server

server = Server("notes")


class Manager:
    def __init__(self):
        self.sessions = {}

    async def open(self, stream):
        key = uuid.uuid4().hex
        self.sessions[key] = stream
        try:
            await server.run(stream, stream, server.create_initialization_options())
        finally:
            del self.sessions[key]
