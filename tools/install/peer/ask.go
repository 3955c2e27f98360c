package main

import (
	"fmt"
	"io"
	"net"
	"time"
)

// The time limit for a connection and for an answer.
const timeout = 20 * time.Second

// ask sends a line to an app and prints the answer.
func ask(question []string) error {
	if len(question) == 2 {
		question = append(question, "hello")
	}
	if len(question) != 3 || question[0] != "tcp" && question[0] != "udp" {
		return fmt.Errorf("expected tcp|udp HOST:PORT [LINE], got %q", question)
	}
	answer, err := exchange(question[0], question[1], []byte(question[2]+"\n"))
	fmt.Printf("%s", answer)
	return err
}

// exchange sends a message and returns the answer: the first datagram over UDP, everything until EOF over TCP.
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

// wait dials an address until something accepts the connection.
func wait(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("expected HOST:PORT, got %q", args)
	}
	for end := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		connection, err := net.DialTimeout("tcp", args[0], time.Second)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(end) {
			return err
		}
	}
}
