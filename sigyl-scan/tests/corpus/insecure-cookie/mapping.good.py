from fastapi import Response

from .settings import settings


def remember(response: Response, session_token: str) -> None:
    response.set_cookie("session_token", session_token, **settings.cookie_options)


def forget(response: Response) -> None:
    response.delete_cookie("session_token")
