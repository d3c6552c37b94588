import asyncpg

SORTABLE = {"name": "name", "price": "price_cents", "newest": "created_at DESC"}


class Repository:
    def __init__(self):
        self._pool = None

    async def pool(self):
        if self._pool is None:
            self._pool = await asyncpg.create_pool("postgresql://localhost/inventory")
        return self._pool

    async def items(self, category, sort):
        pool = await self.pool()
        order = SORTABLE.get(sort, sort)
        query = "SELECT * FROM items WHERE category = $1 ORDER BY " + order
        async with pool.acquire() as connection:
            rows = await connection.fetch(query, category)
        return [dict(row) for row in rows]

    async def rename(self, item_id, name):
        pool = await self.pool()
        await pool.execute("UPDATE items SET name = '{}' WHERE id = {}".format(name, item_id))
        return "renamed"
