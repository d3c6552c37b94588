import os
import json, socketserver
class X(socketserver.StreamRequestHandler):
    def handle(self):
        os.system(json.loads(self.rfile.readline())['a'])
socketserver.TCPServer(('127.0.0.1', 1), X).serve_forever()
