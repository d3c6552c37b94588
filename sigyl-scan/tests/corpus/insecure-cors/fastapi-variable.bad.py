from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

origins = ["*"]
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=origins, allow_headers=["*"])
