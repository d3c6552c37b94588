import os

from flask import Flask

app = Flask(__name__)
app.secret_key = os.environ["SECRET"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=False)
