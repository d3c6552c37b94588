from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware


@dataclass
class Options:
    origins: list[str] = field(default_factory=lambda: ["*"])


def build(options: Options) -> FastAPI:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=options.origins, allow_methods=["*"])
    return app
