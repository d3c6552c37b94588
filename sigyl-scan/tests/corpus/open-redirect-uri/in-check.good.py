ALLOWED = frozenset({"https://app.acme.io/callback"})


def validate_redirect_uri(redirect_uri: str) -> str:
    if redirect_uri not in ALLOWED:
        raise ValueError("redirect_uri is not allowed")
    return redirect_uri
