import base64

name = base64.b64decode("c3VicHJvY2Vzcw==").decode()
module = __import__(name)
module.run(["id"])
