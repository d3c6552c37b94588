from itsdangerous import URLSafeTimedSerializer
signer = URLSafeTimedSerializer("secret-key")
def issue(user):
    return signer.dumps({"user": user})
