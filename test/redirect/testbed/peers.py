"""Listeners and clients that show who gets a packet, and what its original destination was.

  peers.py listen '[{"name": "app", "protocol": "tcp", "host": "0.0.0.0", "port": 8080}, ...]'
      prints "listening" and answers until it is killed: {"by": name}; over TCP also {"from": address}, and
      {"to": [address, port]} if connections are tracked
  peers.py ask '[["tcp", "10.77.0.2", 8080], ...]'
      prints a list of the answers, with null for each that did not come

UDP listeners on all addresses also join the groups 239.77.0.1 and ff05::77 on eth0. Link-local addresses are those of
eth0.
"""
import json
import selectors
import socket
import struct
import sys

SO_ORIGINAL_DST = 80  # linux/netfilter_ipv4.h; IP6T_SO_ORIGINAL_DST of linux/netfilter_ipv6/ip6_tables.h is the same
TYPES = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
TIMEOUT_S = 10
DEVICE = "eth0"
GROUPS = {socket.AF_INET: "239.77.0.1", socket.AF_INET6: "ff05::77"}


def family_of(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def original_destination(connection):
    """The original destination of an accepted TCP connection."""
    if connection.family == socket.AF_INET:
        address = connection.getsockopt(socket.SOL_IP, SO_ORIGINAL_DST, 16)
        port, ip = struct.unpack("!2xH4s8x", address)
    else:
        address = connection.getsockopt(socket.IPPROTO_IPV6, SO_ORIGINAL_DST, 28)
        port, ip = struct.unpack("!2xH4x16s4x", address)
    return [socket.inet_ntop(connection.family, ip), port]


def answer_to(connection, name):
    reply = {"by": name, "from": connection.getpeername()[0]}
    try:
        return {**reply, "to": original_destination(connection)}
    except FileNotFoundError:  # no connection tracking: this network namespace has no rules
        return reply


def join_group(sock):
    interface = socket.if_nametoindex(DEVICE)
    if sock.family == socket.AF_INET:
        membership = socket.inet_aton(GROUPS[sock.family]) + struct.pack("=4xI", interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    else:
        membership = socket.inet_pton(sock.family, GROUPS[sock.family]) + struct.pack("=I", interface)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)


def send_to_many(sock, host, port):
    """Sends to a group or a broadcast address. Whoever answers does so from another address."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    interface = socket.if_nametoindex(DEVICE)
    if sock.family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=8xI", interface))
    else:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, interface)
    sock.sendto(b"?", (host, port))


def listener(host, port, protocol):
    sock = socket.socket(family_of(host), TYPES[protocol])
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    if protocol == "tcp":
        sock.listen(64)
    elif host in ("0.0.0.0", "::"):
        join_group(sock)
    return sock


def listen(specs):
    selector = selectors.DefaultSelector()
    for spec in specs:
        sock = listener(spec["host"], spec["port"], spec["protocol"])
        selector.register(sock, selectors.EVENT_READ, spec["name"])
    print("listening", flush=True)
    while True:
        for key, _ in selector.select():
            answer(key.fileobj, key.data)


def answer(sock, name):
    if sock.type == socket.SOCK_DGRAM:
        _, client = sock.recvfrom(100)
        sock.sendto(json.dumps({"by": name}).encode(), client)
        return
    connection, _ = sock.accept()
    with connection:
        connection.sendall(json.dumps(answer_to(connection, name)).encode())


def ask(protocol, host, port):
    with socket.socket(family_of(host), TYPES[protocol]) as sock:
        sock.settimeout(TIMEOUT_S)
        try:
            if host in GROUPS.values() or host.endswith(".255"):
                send_to_many(sock, host, port)
            else:
                sock.connect(socket.getaddrinfo(host, port)[0][4])
                if protocol == "udp":
                    sock.send(b"?")
            reply = sock.recv(1000).decode()
        except OSError:
            return None
    return json.loads(reply) if reply.startswith("{") else {"by": reply}


if __name__ == "__main__":
    action, argument = sys.argv[1], json.loads(sys.argv[2])
    if action == "listen":
        listen(argument)
    else:
        print(json.dumps([ask(*question) for question in argument]))
