import logging
import os
from dataclasses import dataclass

logger = logging.getLogger(__name__)


@dataclass
class Account:
    name: str
    token: str


account = Account(name="mcp", token=os.environ["FORUM_TOKEN"])
logger.warning(f"using {account.name}, token {'set' if account.token else 'missing'}")
