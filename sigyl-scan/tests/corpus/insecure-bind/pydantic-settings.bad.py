from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    host: str = Field(default="0.0.0.0", description="Bind address")
    port: int = 8000


settings = Settings()
