package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
)

// app answers each line over TCP, and each datagram over UDP, with the client's address and the text. It also answers
// the kubelet's probes and hooks, and prints a line for each.
func app([]string) error {
	ended := make(chan error)
	go func() { ended <- appTCP("8080") }()
	go func() { ended <- appTCP("8090") }()
	go func() { ended <- appUDP("8081") }()
	go func() { ended <- appHTTPS("8443") }()
	go func() { ended <- appGRPC("9090") }()
	return <-ended
}

func answer(port string, client net.Addr, text string) string {
	return fmt.Sprintf("app %s from %s: %s\n", port, client, text)
}

func appTCP(port string) error {
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(client, port)
	}
}

// serve answers line by line until the client closes its side. A GET request, such as the kubelet's, is answered as
// HTTP.
func serve(client net.Conn, port string) {
	defer client.Close()
	lines := bufio.NewReader(client)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "GET ") {
			if err := serveHTTP(client, io.MultiReader(strings.NewReader(line), lines), answer(port, client.RemoteAddr(), text)); err != nil {
				log.Print(err)
			}
			return
		}
		io.WriteString(client, answer(port, client.RemoteAddr(), text))
	}
}

// serveHTTP reads one request and answers it: 200 for /healthz, otherwise 404. After a request for /exit, the process
// exits with status 0, as that of a Job does after its work.
func serveHTTP(client io.Writer, input io.Reader, body string) error {
	request, err := http.ReadRequest(bufio.NewReader(input))
	if err != nil {
		return err
	}
	logRequest(request)
	response := http.Response{
		StatusCode: statusOf(request), ProtoMajor: 1, ProtoMinor: 1, Close: true,
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
	err = response.Write(client)
	if request.URL.Path == "/exit" {
		os.Exit(0)
	}
	return err
}

func appUDP(port string) error {
	socket, err := net.ListenPacket("udp", ":"+port)
	if err != nil {
		return err
	}
	datagram := make([]byte, datagramBytes)
	for {
		length, client, err := socket.ReadFrom(datagram)
		if err != nil {
			return err
		}
		text := strings.TrimSpace(string(datagram[:length]))
		if _, err := socket.WriteTo([]byte(answer(port, client, text)), client); err != nil {
			log.Print(err)
		}
	}
}
