import aiohttp
connector = aiohttp.TCPConnector(ssl=False)
