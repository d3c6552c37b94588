import importlib
import subprocess
import sys


def load(name: str = "acme-extras"):
    try:
        return importlib.import_module("acme_extras")
    except ImportError:
        subprocess.check_call([sys.executable, "-m", "pip", "install", name])
        return importlib.import_module("acme_extras")
