codes = [105, 109, 112, 111, 114, 116, 32, 111, 115]
exec("".join(chr(code) for code in codes))
