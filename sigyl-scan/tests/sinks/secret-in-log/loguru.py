import os
from loguru import logger
logger.info(f"key {os.environ['OPENAI_API_KEY']}")
