import os

from fastapi import FastAPI

DEBUG = os.getenv("DEBUG", "true").lower() == "true"
app = FastAPI(debug=DEBUG)
