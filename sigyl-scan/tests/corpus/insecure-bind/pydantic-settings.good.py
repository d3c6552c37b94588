from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    host: str = Field(default="127.0.0.1", description="Bind address")
    port: int = 8000


settings = Settings()
