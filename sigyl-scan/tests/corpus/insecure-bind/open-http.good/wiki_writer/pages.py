from pathlib import Path


class Pages:
    def __init__(self, folder: str):
        self.folder = Path(folder)

    def write(self, number: int, text: str) -> str:
        path = self.folder / f"{number}.md"
        path.write_text(text)
        return str(path)
