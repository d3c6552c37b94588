from pydantic import BaseModel, field_validator

from .hosts import is_known


class JobRequest(BaseModel):
    name: str
    callback: str | None = None
