from typing import Annotated

from fastapi import Depends

from store import Store


def get_store() -> Store:
    return Store("/srv/notes")


StoreDep = Annotated[Store, Depends(get_store)]
