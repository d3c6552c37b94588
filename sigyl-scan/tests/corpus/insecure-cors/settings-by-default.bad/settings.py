from dataclasses import dataclass


@dataclass
class Settings:
    port: int
    origin_pattern: str = ".*"
    with_cookies: bool = True
