from litestar import Litestar
from litestar.config.cors import CORSConfig
app = Litestar([], cors_config=CORSConfig(allow_origins=["https://app.acme.io"]))
