import logging
import os

logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("server")


def start():
    log.info("%d variables are set, region %s", len(os.environ), os.environ.get("REGION"))


start()
