package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"
)

// proxyTCP serves one address family: a dual-stack socket does not return the original destination of IPv4 connections.
// The port is the injector's default (proxy.tcpPort).
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
		go forward(client.(*net.TCPConn))
	}
}

// forward connects a client to its original destination. For inbound connections that is the app of this Pod; the
// proxy's own connections are not redirected. A client that dialed the proxy itself gets an error, because forwarding
// would loop.
func forward(client *net.TCPConn) {
	defer client.Close()
	dialed, redirected := originalDestination(client)
	if !redirected {
		refuse(client)
		return
	}
	fmt.Printf("tcp %s -> %s\n", client.RemoteAddr(), dialed)
	server, err := net.DialTimeout("tcp", dialed.String(), timeout)
	if err != nil {
		log.Print(err)
		client.SetLinger(0) // the client gets a reset instead of EOF
		return
	}
	defer server.Close()
	var directions sync.WaitGroup
	directions.Go(func() { copyTo(server.(*net.TCPConn), client) })
	directions.Go(func() { copyTo(client, server.(*net.TCPConn)) })
	directions.Wait()
}

// copyTo forwards what one side sends, including EOF.
func copyTo(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		log.Print(err)
	}
	to.CloseWrite()
}

// refuse answers with an error. It reads all input before it closes, because unread input would reset the connection.
func refuse(client *net.TCPConn) {
	fmt.Printf("tcp %s -> the proxy itself\n", client.RemoteAddr())
	client.SetDeadline(time.Now().Add(timeout))
	fmt.Fprintln(client, "proxy: nothing redirected this connection")
	client.CloseWrite()
	io.Copy(io.Discard, client)
}
