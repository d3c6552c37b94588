import tornado.web
class Callback(tornado.web.RequestHandler):
    def get(self):
        self.redirect(self.get_argument("redirect_uri"))
