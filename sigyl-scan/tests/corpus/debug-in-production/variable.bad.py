from flask import Flask

DEBUG = True
app = Flask(__name__)
app.config["DEBUG"] = DEBUG
app.run(port=8000)
