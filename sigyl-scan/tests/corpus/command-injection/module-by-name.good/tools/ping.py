import subprocess


async def run(arguments: dict) -> int:
    return subprocess.call(["ping", "-c", "1", "--", arguments["host"]])
