from semantic_kernel import Kernel
from semantic_kernel.functions import kernel_function


class Files:
    @kernel_function(name="read", description="Reads a file.")
    def read(self, path: str) -> str:
        with open(path) as file:
            return file.read()


kernel = Kernel()
kernel.add_plugin(Files(), "files")
server = kernel.as_mcp_server(server_name="files")
