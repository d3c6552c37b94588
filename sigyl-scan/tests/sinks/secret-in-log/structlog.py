import os
import structlog
log = structlog.get_logger()
log.info("start", password=os.environ["DB_PASSWORD"])
