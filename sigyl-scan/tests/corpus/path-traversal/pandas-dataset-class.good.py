from pathlib import Path
from typing import Optional

import pandas as pd
from mcp.server.fastmcp import FastMCP


class DatasetManager:
    def __init__(self, folder: str):
        self.folder = Path(folder).resolve()
        self.frames: dict[str, pd.DataFrame] = {}

    def load(self, filename: str, name: Optional[str] = None) -> str:
        path = self._path(filename)
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path)
        self.frames[name or path.stem] = frame
        return f"{len(frame)} rows"

    def save(self, name: str, filename: str) -> str:
        self.frames[name].to_csv(self._path(filename), index=False)
        return "saved"

    def _path(self, filename: str) -> Path:
        path = (self.folder / filename).resolve()
        if self.folder not in path.parents:
            raise ValueError("outside of the data folder")
        return path


mcp = FastMCP("datasets")
manager = DatasetManager("/srv/datasets")
mcp.add_tool(manager.load)
mcp.add_tool(manager.save)

if __name__ == "__main__":
    mcp.run(transport="stdio")
