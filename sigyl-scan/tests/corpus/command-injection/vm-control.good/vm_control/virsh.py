import shlex

from vm_control.backends import Backend


class Virsh:
    def __init__(self, backend: Backend):
        self.backend = backend

    def __call__(self, verb: str, *arguments: str, **options: str) -> str:
        words = ["virsh", verb, *arguments]
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}", value]
        return self.backend.execute(" ".join(shlex.quote(word) for word in words))
