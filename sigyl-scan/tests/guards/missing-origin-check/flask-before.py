from flask import Flask, abort, jsonify, request
app = Flask(__name__)
@app.before_request
def check_host():
    if request.host not in ("localhost:5000", "127.0.0.1:5000"):
        abort(403)

@app.post('/mcp')
def mcp():
    message = request.get_json()
    if message['method'] == 'tools/call':
        return jsonify({'jsonrpc': '2.0', 'id': message['id'], 'result': {'content': []}})
    return jsonify({})


app.run(host="127.0.0.1", port=5000)
