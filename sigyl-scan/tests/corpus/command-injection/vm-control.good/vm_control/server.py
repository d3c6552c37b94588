import os

from fastmcp import FastMCP

from vm_control.backends import backend_for
from vm_control.virsh import Virsh

mcp = FastMCP("vm-control")
virsh = Virsh(backend_for(os.environ.get("LIBVIRT_HOST", "local://")))


@mcp.tool
def start_vm(name: str) -> str:
    """Start a virtual machine."""
    return virsh("start", name)


@mcp.tool
def snapshot(name: str, description: str = "") -> str:
    """Take a snapshot."""
    return virsh("snapshot-create-as", name, description=description)
