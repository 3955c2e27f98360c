package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// How long anybody waits for a connection or an answer.
const timeout = 20 * time.Second

// ask asks, each time over a connection of its own, and fails with the first that has no answer.
func ask(args []string) error {
	first := slices.IndexFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--") })
	if first < 0 {
		first = len(args)
	}
	flags := flag.NewFlagSet("ask", flag.ContinueOnError)
	count := flags.Int("count", 1, "how often to ask")
	if err := flags.Parse(args[first:]); err != nil {
		return err
	}
	question := append(args[:first:first], flags.Args()...)
	if len(question) == 2 {
		question = append(question, "hello")
	}
	if len(question) != 3 || question[0] != "tcp" && question[0] != "udp" {
		return fmt.Errorf("expected tcp|udp HOST:PORT [LINE], got %q", question)
	}
	for range *count {
		answer, err := exchange(question[0], question[1], []byte(question[2]+"\n"))
		if err != nil {
			return err
		}
		fmt.Printf("%s", answer)
	}
	return nil
}

// exchange sends something and returns the answer: over UDP the first datagram, over TCP all until the end.
func exchange(network, address string, message []byte) ([]byte, error) {
	connection, err := net.DialTimeout(network, address, timeout)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(timeout))
	if _, err := connection.Write(message); err != nil {
		return nil, err
	}
	if tcp, isTCP := connection.(*net.TCPConn); isTCP {
		tcp.CloseWrite()
		answer, err := io.ReadAll(tcp)
		if err == nil && len(answer) == 0 {
			err = fmt.Errorf("%s closed the connection without an answer", address)
		}
		return answer, err
	}
	answer := make([]byte, datagramBytes)
	length, err := connection.Read(answer)
	return answer[:length], err
}
