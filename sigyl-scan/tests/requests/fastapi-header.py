import os
from fastapi import FastAPI, Request, Body, Form, Query, Header, WebSocket, UploadFile, File
from pydantic import BaseModel
app = FastAPI()
class M(BaseModel):
    a: str
@app.get('/x')
async def x(a: str = Header(None)):
    os.system(a)
