import os
from fastapi import FastAPI, Request, Body, Form, Query, Header, WebSocket, UploadFile, File
from pydantic import BaseModel
app = FastAPI()
class M(BaseModel):
    a: str
@app.post('/x')
async def x(f: UploadFile = File(...)):
    os.system(f.filename)
