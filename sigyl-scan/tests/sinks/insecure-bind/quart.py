from quart import Quart, jsonify, request
app = Quart(__name__)

@app.post('/mcp')
async def mcp():
    message = await request.get_json()
    if message['method'] == 'tools/call':
        return jsonify({'jsonrpc': '2.0', 'id': message['id'], 'result': {'content': []}})
    return jsonify({})


app.run(host="0.0.0.0")
