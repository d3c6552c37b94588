from dataclasses import dataclass


@dataclass
class Settings:
    port: int
    origin_pattern: str = r"https://[a-z]+\.example\.org"
    with_cookies: bool = True
    log_pattern: str = ".*"
