"""From which network a request comes: to count attempts, and for nothing else."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_ONE_LINE = 64  # bits of an IPv6 address; whoever has one line has all addresses below


def network_of(request: HttpRequest) -> str:
    """The address of the client, of IPv6 its /64; "" if the server cannot tell.

    Each trusted proxy (settings.TRUSTED_PROXIES) adds whom it heard from at the end of
    X-Forwarded-For; what stands further left anybody may have written, so nobody looks at it.
    """
    heard = request.headers.get("X-Forwarded-For", "").split(",")
    trusted = settings.TRUSTED_PROXIES
    named = heard[-trusted] if 0 < trusted <= len(heard) else ""
    return _network(named.strip()) or _network(request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _ONE_LINE), strict=False))
