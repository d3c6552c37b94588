SECRET_KEY = open("/run/secrets/key").read()
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = True
