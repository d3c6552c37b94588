from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    api_url: str = "https://billing.example.com"
    api_key: str = ""
    timeout: float = 15

    model_config = {"env_prefix": "BILLING_"}


settings = Settings()
