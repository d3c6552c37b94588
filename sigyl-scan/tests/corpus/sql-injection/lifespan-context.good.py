from contextlib import asynccontextmanager
from mcp.server.fastmcp import Context, FastMCP

class Warehouse:
    def __init__(self, dsn): self._pool = dsn
    async def sample(self, table: str, limit: int):
        async with self._pool.connection() as conn:
            if not table.isidentifier():
                raise ValueError("not a table")
            cur = await conn.execute(f"SELECT * FROM {table} LIMIT {limit}")
            return await cur.fetchall()

@asynccontextmanager
async def lifespan(_s):
    yield Warehouse("x")

mcp = FastMCP("w", lifespan=lifespan)

def wh(ctx: Context) -> Warehouse:
    return ctx.request_context.lifespan_context

@mcp.tool()
async def sample_rows(table: str, ctx: Context) -> list:
    return await wh(ctx).sample(table, 5)
