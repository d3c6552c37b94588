import ssl, websocket
ws = websocket.create_connection("wss://feed.acme.io", sslopt={"cert_reqs": ssl.CERT_NONE})
