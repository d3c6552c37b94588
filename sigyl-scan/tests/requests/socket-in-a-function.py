import json
import os
import socket


def serve():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 1))
    listener.listen()
    while True:
        connection, _ = listener.accept()
        message = json.loads(connection.recv(4096).decode())
        os.system(message["params"]["line"])


serve()
