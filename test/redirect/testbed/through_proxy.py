"""Conversations through the proxy of a Pod. Most take place inbound, from outside to the app, and outbound, from the app
to the outside, and return both results. For the usage, see conversations.py.
"""
import http.client
import json
import socket
import struct
import sys
import threading

from conversations import APP, TIMEOUT_S, Sides, sees_end, works

PORT = 8081
PROXY_PORT, METRICS_PORT, ADMIN_PORT = 5054, 5055, 5056


def both(sides, talk):
    return [talk(*sides.to_app(PORT)), talk(*sides.from_app(PORT))]


def client_first(sides):
    return both(sides, works)


def server_first(sides):
    return both(sides, lambda client, server: works(server, client))


def half_closed(sides):
    """The client ends its half, and the server then sends 5 MB and ends the other."""
    return both(sides, half_close)


def half_closed_by_server(sides):
    """The server ends its half, and the client then sends 5 MB and ends the other."""
    return both(sides, lambda client, server: half_close(server, client))


def half_close(first, other):
    first.shutdown(socket.SHUT_WR)
    return [sees_end(other), stream(other, first, 5)]


def gigabyte(sides):
    return both(sides, lambda client, server: stream(server, client, 1000))


def stream(sender, receiver, megabytes):
    """How many megabytes arrive before the end."""
    for sock in (sender, receiver):
        sock.settimeout(30)
    block = b"x" * 1_000_000

    def send():
        for _ in range(megabytes):
            sender.sendall(block)
        sender.close()

    thread = threading.Thread(target=send)
    thread.start()
    received = 0
    while data := receiver.recv(1_000_000):
        received += len(data)
    thread.join()
    return received / 1_000_000


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def reset_by_server(sides):
    return both(sides, lambda client, server: (works(client, server), reset(server), sees_end(client))[::2])


def reset_by_client(sides):
    return both(sides, lambda client, server: (works(client, server), reset(client), sees_end(server))[::2])


def refused(sides):
    """What a client sees of a port without a listener."""
    return [end_of(sides, "outside", sides.pod, 8099), end_of(sides, "pod", sides.far, 8099)]


def end_of(sides, side, address, port):
    try:
        return sees_end(connect(sides, side, address, port))
    except OSError as error:
        return type(error).__name__


def connect(sides, side, address, port):
    with sides.inside(side, APP):
        client = sides.socket(socket.SOCK_STREAM)
    client.connect((address, port))
    return client


def own_port(sides):
    """What Envoy says on its own port: to a client outside, and to one in the Pod. And who is on that port elsewhere."""
    loopback = "127.0.0.1" if sides.family == socket.AF_INET else "::1"
    return [
        connect(sides, "outside", sides.pod, PROXY_PORT).recv(100).decode(),
        connect(sides, "pod", loopback, PROXY_PORT).recv(100).decode(),
        works(*sides.from_app(PROXY_PORT)),
    ]


def metrics(sides):
    """The answers on the metrics port."""
    requests = [
        "GET /ready",
        "GET /stats/prometheus?usedonly",
        "POST /ready",
        "POST /quitquitquit",
        "GET /config_dump",
        "GET /stats",
        "GET /",
        "GET /ready/../quitquitquit",
        "GET /stats/prometheus/../../help",
    ]
    return {request: fetch(sides, "outside", sides.pod, METRICS_PORT, request)[0] for request in requests}


def counters(sides):
    """How many connections Envoy has counted."""
    lines = fetch(sides, "outside", sides.pod, METRICS_PORT, "GET /stats/prometheus")[1].splitlines()
    counts = dict(line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
    return [
        [
            int(counts[f'envoy_tcp_downstream_cx_total{{envoy_tcp_prefix="{direction}"}}']),
            int(counts[f'envoy_cluster_upstream_cx_total{{envoy_cluster_name="{direction}"}}']),
        ]
        for direction in ("inbound", "outbound")
    ]


def admin(sides):
    """The admin interface from outside, and from a container of the Pod."""
    return [
        end_of(sides, "outside", sides.pod, ADMIN_PORT),
        fetch(sides.ipv4(), "pod", "127.0.0.1", ADMIN_PORT, "GET /server_info")[0],
    ]


def draining(sides):
    """While Envoy drains, open connections go on, and new ones are not accepted."""
    inbound, outbound = sides.to_app(PORT), sides.from_app(PORT)
    status, _ = fetch(sides.ipv4(), "pod", "127.0.0.1", ADMIN_PORT, "POST /drain_listeners?inboundonly")
    return [
        status,
        works(*inbound),
        works(*outbound),
        end_of(sides, "outside", sides.pod, PORT),
        works(*sides.from_app(PORT + 10)),
    ]


def fetch(sides, side, address, port, request):
    """The status and the body of the answer to a request such as `GET /path`."""
    sock = connect(sides, side, address, port)
    sock.settimeout(TIMEOUT_S)
    sock.sendall(f"{request} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    response = http.client.HTTPResponse(sock)
    response.begin()
    return response.status, response.read().decode()


if __name__ == "__main__":
    name, argument = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps(globals()[name](Sides(**argument))))
