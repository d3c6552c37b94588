class Sessions:
    def __init__(self):
        self.count = 0
        self.sessions = {}

    def create(self, user):
        self.count += 1
        session_id = f"session-{self.count}"
        self.sessions[session_id] = user
        return session_id
