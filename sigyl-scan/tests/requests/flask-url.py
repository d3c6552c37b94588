import os
from flask import Flask, request
app = Flask(__name__)

@app.route('/x', methods=['POST'])
def x():
    os.system(request.url)
    return ''
