import aiohttp
connector = aiohttp.TCPConnector(verify_ssl=False)
