import ipaddress
import re

from .base import NetTool


class Ping(NetTool):
    name = "ping"
    description = "Ping a host"
    properties = {"host": {"type": "string"}, "count": {"type": "integer"}}

    def command(self, host, count=4):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.:-]*", host):
            raise ValueError("not a host name")
        return ["ping", "-c", str(int(count)), host]


class Whois(NetTool):
    name = "whois"
    description = "Whois of an address"
    properties = {"address": {"type": "string"}}

    def command(self, address):
        return ["whois", str(ipaddress.ip_address(address))]


ALL = [Ping(), Whois()]
