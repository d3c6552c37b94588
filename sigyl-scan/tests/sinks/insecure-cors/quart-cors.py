from quart import Quart
from quart_cors import cors
app = cors(Quart(__name__), allow_origin="*")
