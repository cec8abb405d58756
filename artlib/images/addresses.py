"""Addresses: which hosts a picture may be downloaded from."""

import ipaddress
import os
import socket

OPT_IN = "ARTLIB_PRIVATE_ADDRESSES"
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all IPv6 addresses of the internet that IANA has assigned
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # how networks without IPv4 write an IPv4 address (RFC 6052)


class PrivateAddressError(Exception):
    """The host is this machine or in a private network, and the user has not allowed such hosts."""


def private_allowed() -> bool:
    """Return whether the environment variable ARTLIB_PRIVATE_ADDRESSES is 1, which allows private addresses."""
    return os.environ.get(OPT_IN) == "1"


def is_public(text: str) -> bool:
    """Return whether an IP address belongs to the public internet.

    Loopback, private, shared, link-local, reserved, multicast and unspecified addresses do not. IPv6 addresses that
    contain an IPv4 address do not either, except for NAT64, where the IPv4 address decides.
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        # older Pythons call site-local and mapped addresses global
        if address not in GLOBAL_UNICAST or address.sixtofour:
            return False
    return address.is_global and not address.is_multicast  # multicast can be global, too


def checked_addresses(host: str, port: int) -> list[str]:
    """Look up a host and return its allowed addresses, in the order to try them.

    Raises:
        PrivateAddressError: none of its addresses is allowed.
        OSError: the name is unknown.
    """
    found = _looked_up(host.strip("[]"), port)
    allowed = found if private_allowed() else [address for address in found if is_public(address)]
    if not allowed:
        raise _private(host, found[0])
    return allowed


def check_written(host: str) -> None:
    """Refuse a host whose text shows that it is private: an IP address in any spelling, or `localhost`.

    Behind a proxy nothing else can be checked, because the proxy looks up the names.

    Raises:
        PrivateAddressError: the host is private.
    """
    host = host.partition("%")[0].rstrip(".")  # without the zone of an IPv6 address, which may not exist here
    if private_allowed():
        return
    if host == "localhost" or host.endswith(".localhost"):
        raise _private(host, "this machine")
    try:
        (address, *_) = _looked_up(host, None, socket.AI_NUMERICHOST)
    except OSError:
        return  # a name
    if not is_public(address):
        raise _private(host, address)


def _looked_up(host: str, port: int | None, flags: int = 0) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _private(host: str, address: str) -> PrivateAddressError:
    where = host if host == address else f"{host} ({address})"
    return PrivateAddressError(f"{where} is this machine or in a private network, which is not allowed")
