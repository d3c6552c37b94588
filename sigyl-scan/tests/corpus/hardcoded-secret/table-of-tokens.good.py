USERS = {
    "ada": {"role": "admin", "token_env": "ADA_TOKEN"},
    "bob": {"role": "user", "token_env": "BOB_TOKEN"},
}
HEADERS = {"token": "X-Acme-Session-Token", "key": "X-Api-Key-Version-2"}
