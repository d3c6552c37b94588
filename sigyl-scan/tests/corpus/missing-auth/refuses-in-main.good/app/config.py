import os
from dataclasses import dataclass


@dataclass
class Config:
    api_key: str | None = os.getenv("API_KEY")


config = Config()
