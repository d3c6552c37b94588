import os
import structlog
log = structlog.get_logger()
log.info("start", has_password=bool(os.environ.get("DB_PASSWORD")))
