from flask import Flask, jsonify, request
from waitress import serve
app = Flask(__name__)

@app.post('/mcp')
def mcp():
    message = request.get_json()
    if message['method'] == 'tools/call':
        return jsonify({'jsonrpc': '2.0', 'id': message['id'], 'result': {'content': []}})
    return jsonify({})


serve(app, listen="127.0.0.1:8080")
