"""Listeners and clients that show who gets a packet, and what its original destination was.

  peers.py listen '[{"name": "app", "protocol": "tcp", "host": "0.0.0.0", "port": 8080}, ...]'
      prints "listening" and answers until it is killed: {"by": name}; over TCP also {"from": address}, and
      {"to": [address, port]} if connections are tracked
  peers.py ask '[["tcp", "10.77.0.2", 8080], ...]'
      prints a list of the answers, with null for each that did not come
"""
import json
import selectors
import socket
import struct
import sys

SO_ORIGINAL_DST = 80  # linux/netfilter_ipv4.h; IP6T_SO_ORIGINAL_DST of linux/netfilter_ipv6/ip6_tables.h is the same
TYPES = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
TIMEOUT_S = 10


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


def listener(host, port, protocol):
    sock = socket.socket(family_of(host), TYPES[protocol])
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    if protocol == "tcp":
        sock.listen(64)
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
            sock.connect((host, port))
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
