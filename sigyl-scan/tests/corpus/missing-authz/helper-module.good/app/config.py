import os


class Config:
    blocked_tools = frozenset(os.getenv("BLOCKED_TOOLS", "").split(","))


config = Config()
