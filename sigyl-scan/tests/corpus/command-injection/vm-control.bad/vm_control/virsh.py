import shlex

from vm_control.backends import Backend


class Virsh:
    def __init__(self, backend: Backend):
        self.backend = backend

    def __call__(self, verb: str, *arguments: str, **options: str) -> str:
        words = ["virsh", verb, *arguments]
        words += [f"--{name.replace('_', '-')} {value}" for name, value in options.items()]
        return self.backend.execute(" ".join(words))
