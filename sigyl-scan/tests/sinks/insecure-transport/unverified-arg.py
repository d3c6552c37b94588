import ssl, urllib.request
def get(url):
    return urllib.request.urlopen(url, context=ssl._create_unverified_context()).read()
