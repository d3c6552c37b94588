import httpx
client = httpx.AsyncClient(verify=False)
