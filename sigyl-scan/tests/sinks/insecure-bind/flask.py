from flask import Flask, jsonify, request
app = Flask(__name__)

@app.post('/mcp')
def mcp():
    message = request.get_json()
    if message['method'] == 'tools/call':
        return jsonify({'jsonrpc': '2.0', 'id': message['id'], 'result': {'content': []}})
    return jsonify({})


app.run(host="0.0.0.0", port=5000)
