import os
from pathlib import Path

ROOT = Path(os.getenv("MEMORY_BANK_ROOT", "/data/memory-bank"))
