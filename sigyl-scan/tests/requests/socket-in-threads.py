import json
import os
import socket
import threading


class Server:
    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def start(self):
        self.sock.bind(("127.0.0.1", 1))
        while True:
            client, address = self.sock.accept()
            threading.Thread(target=self.handle, args=(client,)).start()

    def handle(self, client):
        message = json.loads(client.recv(8192).decode("utf-8"))
        os.system(message["params"]["line"])


if __name__ == "__main__":
    Server().start()
