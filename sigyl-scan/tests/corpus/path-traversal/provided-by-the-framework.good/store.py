from pathlib import Path


class Store:
    def __init__(self, root: str) -> None:
        self.root = Path(root)

    def names(self) -> list[str]:
        return [path.name for path in self.root.iterdir()]
