import os

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

origins = os.environ["CORS_ORIGINS"].split(",")
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=origins, allow_headers=["*"])
