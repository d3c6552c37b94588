from dataclasses import dataclass
from enum import Enum


class Quality(Enum):
    best = "bestvideo+bestaudio"
    small = "worst"


@dataclass(slots=True)
class Download:
    url: str
    quality: Quality = Quality.best
    subtitles: bool = False

    def to_args(self) -> list[str]:
        args = ["--no-playlist", "--format", self.quality.value]
        if self.subtitles:
            args.append("--write-subs")
        args.append(self.url)
        return args
