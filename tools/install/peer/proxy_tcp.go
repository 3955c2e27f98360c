package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"
)

// proxyTCP serves one family of addresses: a socket of both does not tell where a connection of IPv4 wanted to go. The port is the
// injector's default (proxy.tcpPort).
func proxyTCP(network, host string) error {
	listener, err := net.Listen(network, host+":5054")
	if err != nil {
		return err
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go pass(client.(*net.TCPConn))
	}
}

// pass connects a client to where it wanted to go. For what comes in that is the app of this Pod, and what a proxy sends is not
// redirected. A client that wanted to go to the proxy itself is told so: passing it on would never end.
func pass(client *net.TCPConn) {
	defer client.Close()
	wanted, redirected := originalDestination(client)
	if !redirected {
		refuse(client)
		return
	}
	fmt.Printf("tcp %s -> %s\n", client.RemoteAddr(), wanted)
	server, err := net.DialTimeout("tcp", wanted.String(), timeout)
	if err != nil {
		log.Print(err)
		client.SetLinger(0) // the client sees a reset instead of an orderly end
		return
	}
	defer server.Close()
	var directions sync.WaitGroup
	directions.Go(func() { copyTo(server.(*net.TCPConn), client) })
	directions.Go(func() { copyTo(client, server.(*net.TCPConn)) })
	directions.Wait()
}

// copyTo passes on what one side sends, and that it has sent all.
func copyTo(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		log.Print(err)
	}
	to.CloseWrite()
}

// refuse reads what the client sends to its end, since closing before that would take the answer back.
func refuse(client *net.TCPConn) {
	fmt.Printf("tcp %s -> the proxy itself\n", client.RemoteAddr())
	client.SetDeadline(time.Now().Add(timeout))
	fmt.Fprintln(client, "proxy: nothing redirected this connection")
	client.CloseWrite()
	io.Copy(io.Discard, client)
}
