import importlib


def load():
    try:
        return importlib.import_module("acme_extras")
    except ImportError as error:
        raise RuntimeError("install it first: pip install acme-extras") from error
