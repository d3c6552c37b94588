import httpx
client = httpx.AsyncClient(verify="/etc/ssl/ca.pem", base_url="http://localhost:8080")
