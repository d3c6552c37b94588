import os


def switch(name: str, default: bool = False) -> bool:
    text = os.environ.get(name)
    if text is None:
        return default
    if text not in ("on", "off"):
        raise ValueError(f"{name} must be on or off, got {text!r}")
    return text == "on"
