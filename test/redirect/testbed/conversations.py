"""Conversations between a Pod and the outside that need control of both ends, of users, or of single TCP segments.

  conversations.py NAME '{"pod": "/run/netns/a", "outside": "/run/netns/b", "family": "ipv4", "addresses": {...}}'
      prints the result as JSON

One process holds the sockets of both sides: a socket stays in the network namespace, and belongs to the user, in which it
was made.
"""
import contextlib
import copy
import ctypes
import json
import os
import select
import socket
import struct
import sys
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000  # linux/sched.h
# linux/tcp.h
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
TCP_REPAIR_ON, TCP_REPAIR_OFF_NO_WP = 1, -1
TCP_RECV_QUEUE, TCP_SEND_QUEUE = 1, 2
ACK = 0x10
PROXY = 5054
APP = 1000
TIMEOUT_S = 5
# Longer than anything travels between the namespaces of one machine.
SOON_S = 0.5


class Sides:
    def __init__(self, pod, outside, family, addresses):
        self.paths = {"pod": pod, "outside": outside}
        self.family = socket.AF_INET if family == "ipv4" else socket.AF_INET6
        self.any = "0.0.0.0" if family == "ipv4" else "::"
        self.pod, self.far = (addresses[name][family] for name in ("pod", "far"))

    def ipv4(self):
        """The same sides, over IPv4."""
        other = copy.copy(self)
        other.family = socket.AF_INET
        return other

    @contextlib.contextmanager
    def inside(self, side, uid=0):
        """Sockets made in this context are in the namespace of `side` and belong to `uid`."""
        with open(self.paths[side]) as namespace:
            if LIBC.setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        os.setegid(uid)
        os.seteuid(uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)

    def socket(self, kind):
        sock = socket.socket(self.family, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.settimeout(TIMEOUT_S)
        return sock

    def listener(self, side, port, uid=0):
        with self.inside(side, uid):
            sock = self.socket(socket.SOCK_STREAM)
        sock.bind((self.any, port))
        sock.listen(8)
        return sock

    def datagrams(self, side, port, uid=0, address=None):
        with self.inside(side, uid):
            sock = self.socket(socket.SOCK_DGRAM)
        sock.bind((address or self.any, port))
        return sock

    def connected(self, side, address, port, listener, uid=0):
        """A connection and its other end, as the listener gets it."""
        with self.inside(side, uid):
            client = self.socket(socket.SOCK_STREAM)
        client.connect((address, port))
        server, _ = listener.accept()
        server.settimeout(TIMEOUT_S)
        return client, server

    def to_proxy(self, port=8080):
        """A connection to a port of the Pod on which nothing listens, which the proxy gets."""
        return self.connected("outside", self.pod, port, self.listener("pod", 5054, PROXY))

    def to_app(self, port, alias=None):
        """A connection that the app gets, to its port or to an alias of it."""
        return self.connected("outside", self.pod, alias or port, self.listener("pod", port, APP))

    def from_app(self, port=80):
        """A connection of the app to a server outside."""
        return self.connected("pod", self.far, port, self.listener("outside", port), APP)


def works(client, server):
    """Whether data arrives in both directions; otherwise the name of the error."""
    try:
        for sender, receiver in ((client, server), (server, client)):
            sender.sendall(b"data")
            if receiver.recv(100) != b"data":
                return "closed"
        return "works"
    except OSError as error:
        return type(error).__name__


def sees_end(receiver):
    """What a socket sees of the end of its connection: "end", an error, or "nothing"."""
    receiver.settimeout(SOON_S)
    try:
        return "end" if receiver.recv(100) == b"" else "data"
    except TimeoutError:
        return "nothing"
    except OSError as error:
        return type(error).__name__


def sequence_numbers(sock):
    """The sequence numbers of the next byte that a socket sends, and of the next that it expects: tcp(7), tcp_repair."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON)
    numbers = []
    for queue in (TCP_SEND_QUEUE, TCP_RECV_QUEUE):
        sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, queue)
        numbers.append(sock.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ) & 0xFFFFFFFF)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP)
    return numbers


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def send_segment(sides, client, sequence, acknowledged):
    """Sends a segment without data in the name of a connected client."""
    (source, source_port), (target, target_port) = client.getsockname()[:2], client.getpeername()[:2]
    header = struct.pack("!HHIIBBHHH", source_port, target_port, sequence, acknowledged, 5 << 4, ACK, 1000, 0, 0)
    addresses = socket.inet_pton(sides.family, source) + socket.inet_pton(sides.family, target)
    pseudo = addresses + struct.pack("!II", len(header), socket.IPPROTO_TCP)
    header = header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:]
    with sides.inside("outside"):
        raw = socket.socket(sides.family, socket.SOCK_RAW, socket.IPPROTO_TCP)
    raw.sendto(header, (target, 0))
    raw.close()


def forget_when_idle(sides):
    """From now on, the kernel of the Pod forgets connections after a second without packets."""
    with sides.inside("pod"), open("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established", "w") as setting:
        setting.write("1")


def be_idle():
    time.sleep(2.5)


def be_strict(sides):
    """From now on, the kernel of the Pod takes no segment in the middle of an unknown connection for a new one."""
    with sides.inside("pod"), open("/proc/sys/net/netfilter/nf_conntrack_tcp_loose", "w") as setting:
        setting.write("0")


def stray_segment(sides, pair):
    client, server = pair
    before = works(client, server)
    sent, expected = sequence_numbers(client)
    send_segment(sides, client, (sent + 2**30) & 0xFFFFFFFF, expected)
    time.sleep(SOON_S)
    return [before, works(client, server)]


def stray_segment_to_proxy(sides):
    return stray_segment(sides, sides.to_proxy())


def stray_segment_to_app(sides):
    return stray_segment(sides, sides.to_app(22))


def stray_segment_to_alias(sides):
    return stray_segment(sides, sides.to_app(8080, 63000))


def half_closed(sides):
    """The client ends its half of a connection to the proxy, which then sends 5 MB and ends the other."""
    client, server = sides.to_proxy()
    client.shutdown(socket.SHUT_WR)
    end = sees_end(server)
    server.settimeout(TIMEOUT_S)
    client.settimeout(TIMEOUT_S)
    sender = threading.Thread(target=lambda: (server.sendall(b"x" * 5_000_000), server.close()))
    sender.start()
    received = 0
    while data := client.recv(1_000_000):
        received += len(data)
    sender.join()
    return [end, received]


def forgotten(sides, pair_of, then):
    forget_when_idle(sides)
    client, server = pair_of()
    before = works(client, server)
    be_idle()
    return [before, then(client, server)]


def forgotten_to_proxy(sides):
    return forgotten(sides, sides.to_proxy, works)


def forgotten_to_proxy_and_answered(sides):
    return forgotten(sides, sides.to_proxy, lambda client, server: works(server, client))


def forgotten_to_app(sides):
    return forgotten(sides, lambda: sides.to_app(22), works)


def forgotten_from_app(sides):
    return forgotten(sides, sides.from_app, works)


def forgotten_from_app_and_answered(sides):
    return forgotten(sides, sides.from_app, lambda client, server: works(server, client))


def forgotten_to_app_and_ended(sides):
    return forgotten(sides, lambda: sides.to_app(22), lambda client, server: (client.close(), sees_end(server))[1])


def forgotten_from_app_and_ended(sides):
    return forgotten(sides, sides.from_app, lambda client, server: (server.close(), sees_end(client))[1])


def forgotten_to_app_if_strict(sides):
    be_strict(sides)
    return forgotten_to_app(sides)


def dns_ports(sides):
    """Queries that app and proxy send from the same ports to the same server: the names of those who got them."""
    servers = {
        sides.datagrams("outside", 53, address=sides.far): "server",
        sides.datagrams("pod", 5053, PROXY): "proxy",
    }
    receivers = []
    for port in range(20_000, 20_010):
        for uid in (APP, PROXY, APP) if port % 2 else (PROXY, APP, PROXY):
            with sides.datagrams("pod", port, uid) as client:
                client.sendto(b"query", (sides.far, 53))
                readable, _, _ = select.select(list(servers), [], [], SOON_S)
                for server in readable:
                    _, address = server.recvfrom(100)
                    server.sendto(b"answer", address)
                try:
                    client.recv(100)
                    answered = True
                except TimeoutError:
                    answered = False
                sender = "proxy" if uid == PROXY else "app"
                receivers.append([sender, [servers[server] for server in readable], answered])
    return receivers


def multicast_answered(sides):
    """An app asks a multicast group, and a member of it answers from its own address: the name of who gets the answer."""
    group = "239.77.0.2" if sides.family == socket.AF_INET else "ff15::77"
    with sides.inside("pod"):
        pod_interface = socket.if_nametoindex("eth0")
    with sides.inside("outside"):
        outside_interface = socket.if_nametoindex("eth0")
    app = sides.datagrams("pod", 5353, APP)
    proxy = sides.datagrams("pod", 5053, PROXY)
    member = sides.datagrams("outside", 5353)
    if sides.family == socket.AF_INET:
        membership = struct.pack("=4s4si", socket.inet_aton(group), bytes(4), outside_interface)
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        app.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", bytes(4), bytes(4), pod_interface))
    else:
        membership = struct.pack("=16si", socket.inet_pton(socket.AF_INET6, group), outside_interface)
        member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        app.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, pod_interface)
    app.sendto(b"query", (group, 5353))
    _, address = member.recvfrom(100)
    member.sendto(b"answer", address)
    readable, _, _ = select.select([app, proxy], [], [], TIMEOUT_S)
    return ["app" if sock is app else "proxy" for sock in readable]


if __name__ == "__main__":
    name, argument = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps(globals()[name](Sides(**argument))))
