ALLOWED_HOST = "app.acme.io"


def validate_redirect_uri(redirect_uri: str) -> str:
    if ALLOWED_HOST not in redirect_uri:
        raise ValueError("redirect_uri is not allowed")
    return redirect_uri
