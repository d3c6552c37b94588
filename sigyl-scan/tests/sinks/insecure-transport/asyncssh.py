import asyncssh
async def run():
    async with asyncssh.connect("build.acme.io", known_hosts=None) as connection:
        await connection.run("uptime")
