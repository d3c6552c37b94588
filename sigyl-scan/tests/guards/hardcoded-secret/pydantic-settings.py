from pydantic import SecretStr
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    jwt_secret: SecretStr
    token_url: str = "https://login.example.com/token"
settings = Settings()
