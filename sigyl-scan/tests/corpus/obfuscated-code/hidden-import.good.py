import importlib

NAMES = {"json": "json", "toml": "tomllib"}


def parser(kind: str):
    return importlib.import_module(NAMES[kind])
