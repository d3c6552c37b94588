import os

import uvicorn

from .app import build_app


def main() -> None:
    uvicorn.run(build_app(), host=os.environ.get("MCP_HOST", "127.0.0.1"), port=int(os.environ.get("MCP_PORT", "8000")))
