from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from settings import Settings


def build(settings: Settings) -> Starlette:
    middleware = [
        Middleware(
            CORSMiddleware,
            allow_origin_regex=settings.origin_pattern,
            allow_credentials=settings.with_cookies,
            allow_methods=["*"],
        )
    ]
    return Starlette(middleware=middleware)
