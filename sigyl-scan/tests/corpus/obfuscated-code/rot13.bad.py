import codecs

eval(compile(codecs.decode("cevag('uv')", "rot_13"), "<s>", "exec"))
