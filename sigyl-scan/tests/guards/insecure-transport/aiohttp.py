import aiohttp, ssl
connector = aiohttp.TCPConnector(ssl=ssl.create_default_context())
