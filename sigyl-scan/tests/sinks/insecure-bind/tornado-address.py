import tornado.ioloop
import tornado.web

class McpHandler(tornado.web.RequestHandler):
    def post(self):
        message = tornado.escape.json_decode(self.request.body)
        if message['method'] == 'tools/call':
            self.write({'jsonrpc': '2.0', 'id': message['id'], 'result': {}})


app = tornado.web.Application([(r"/mcp", McpHandler)])
app.listen(8888, address="0.0.0.0")
tornado.ioloop.IOLoop.current().start()
