package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"syscall"
)

// Where the app answers datagrams.
const udpApp = "127.0.0.1:8081"

// The maximum size of a datagram.
const datagramBytes = 65535

// proxyUDP forwards datagrams to the app, and one answer to each back to the client. It cannot know the original
// destination of a redirected datagram: SO_ORIGINAL_DST is for TCP and SCTP only (getorigdst in the kernel's
// net/netfilter/nf_conntrack_proto.c), and the datagram has the new address. The port is the injector's default
// (proxy.udpPort).
//
// An answer must come from the address that the client sent to. A Pod's own DNS queries arrive on the loopback, so it
// needs a second socket, and SO_REUSEADDR, which lets it share the port with the socket for all addresses.
func proxyUDP(network, host string) error {
	config := net.ListenConfig{Control: func(_, _ string, socket syscall.RawConn) error {
		return onDescriptor(socket, func(descriptor int) error {
			return syscall.SetsockoptInt(descriptor, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
		})
	}}
	socket, err := config.ListenPacket(context.Background(), network, host+":5053")
	if err != nil {
		return err
	}
	for {
		datagram := make([]byte, datagramBytes)
		length, client, err := socket.ReadFrom(datagram)
		if err != nil {
			return err
		}
		fmt.Printf("udp %s -> %s\n", client, udpApp)
		go func() {
			answer, err := exchange("udp", udpApp, datagram[:length])
			if err != nil {
				log.Print(err)
				return
			}
			if _, err := socket.WriteTo(answer, client); err != nil {
				log.Print(err)
			}
		}()
	}
}
