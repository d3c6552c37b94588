import tornado.web
class Login(tornado.web.RequestHandler):
    def get(self):
        self.set_secure_cookie("user", self.get_argument("user"))
