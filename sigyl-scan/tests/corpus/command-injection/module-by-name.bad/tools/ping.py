import os


async def run(arguments: dict) -> int:
    return os.system("ping -c 1 " + arguments["host"])
