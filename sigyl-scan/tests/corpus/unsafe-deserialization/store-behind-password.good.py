import os
import json

import redis
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sessions")


class Store:
    _client = None

    @classmethod
    def client(cls):
        if cls._client is None:
            options = {"host": os.environ["STORE_HOST"], "password": os.environ["STORE_PASSWORD"]}
            if os.environ.get("STORE_CLUSTER"):
                kind = redis.cluster.RedisCluster
            else:
                kind = redis.Redis
            cls._client = kind(**options)
        return cls._client


@mcp.tool()
def session(number: str) -> str:
    """What is kept of a session."""
    kept = Store.client().get("session:" + number)
    return str(json.loads(kept))
