"""pip, let in where uv and Poetry would be: their variables as pip wants them. `pip.py NAMES WORDS…`"""

import os
import re
import runpy
import sys
import urllib.parse

# Users and passwords that stand in an address of the list, where some characters would mean something else.
for name in filter(None, sys.argv.pop(1).split(",")):
    os.environ[name] = urllib.parse.quote(os.environ[name], safe="")

# Whole addresses. uv may write a name before one: `acme=https://…`.
for uv, pip, is_list in (
    ("UV_INDEX_URL", "PIP_INDEX_URL", False),
    ("UV_DEFAULT_INDEX", "PIP_INDEX_URL", False),
    ("UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL", True),
    ("UV_INDEX", "PIP_EXTRA_INDEX_URL", True),
):
    if uv in os.environ:
        found = [re.sub(r"^[A-Za-z0-9_.-]+=", "", word) for word in os.environ.pop(uv).split()]
        before = [os.environ[pip]] if is_list and pip in os.environ else []
        os.environ[pip] = " ".join(before + found)

runpy.run_module("pip", run_name="__main__", alter_sys=True)
