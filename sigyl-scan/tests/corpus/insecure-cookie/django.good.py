SECRET_KEY = open("/run/secrets/key").read()
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
