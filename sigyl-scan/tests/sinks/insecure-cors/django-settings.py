INSTALLED_APPS = ["corsheaders", "mcp_server"]
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOW_ALL_ORIGINS = True
