import os


def setting(wanted: str) -> str | None:
    for name, value in os.environ.items():
        if name.casefold() == wanted.casefold():
            return value
    return None


LEVEL = setting("LAMPS_LEVEL")
if LEVEL not in (None, "low", "high"):
    raise ValueError(f"no such level: {LEVEL}")
