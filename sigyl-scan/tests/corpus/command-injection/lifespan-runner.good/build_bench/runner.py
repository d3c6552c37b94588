import asyncio
from dataclasses import dataclass, field


@dataclass
class CommandResult:
    code: int
    output: str


@dataclass
class Runner:
    workdir: str
    env: dict[str, str] = field(default_factory=dict)

    async def run(self, command: list[str], *, timeout: float = 60) -> CommandResult:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.workdir,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await asyncio.wait_for(process.communicate(), timeout)
        return CommandResult(process.returncode or 0, out.decode(errors="replace"))
