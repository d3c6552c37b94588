import json
import logging
import os

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("server")


def start():
    log.info("environment: %s", json.dumps(dict(os.environ)))


start()
