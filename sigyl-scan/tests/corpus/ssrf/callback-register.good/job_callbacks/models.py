from pydantic import BaseModel, field_validator

from .hosts import is_known


class JobRequest(BaseModel):
    name: str
    callback: str | None = None

    @field_validator("callback")
    @classmethod
    def known_host(cls, value: str | None) -> str | None:
        if value is not None and not is_known(value):
            raise ValueError("callback host is not allowed")
        return value
