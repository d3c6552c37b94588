codes = [72, 101, 108, 108, 111]


def greet() -> str:
    return "".join(chr(code) for code in codes)
