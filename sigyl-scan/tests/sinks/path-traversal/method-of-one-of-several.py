from mcp.server import Server

server = Server("mail")


class MailHandler:
    async def handle_send(self, arguments):
        return await self.attach(arguments.get("file"))

    async def attach(self, path):
        with open(path) as attached:
            return attached.read()


class EventHandler:
    async def handle_list(self, arguments):
        return []


class Tools:
    def __init__(self):
        self.mail = MailHandler()
        self.events = EventHandler()
        self.table = {
            "send": (self.mail, "handle_send"),
            "events": (self.events, "handle_list"),
        }


tools = Tools()


@server.call_tool()
async def call_tool(name: str, arguments: dict):
    found = tools.table.get(name)
    if not found:
        raise ValueError(name)
    handler, method_name = found
    method = getattr(handler, method_name)
    return await method(arguments)
