import random

generator = random.SystemRandom()


class Store:
    def __init__(self):
        self.sessions = {}

    def open(self, user):
        session_id = f"{generator.getrandbits(128):032x}"
        self.sessions[session_id] = user
        return session_id
