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

// What a datagram may hold.
const datagramBytes = 65535

// proxyUDP passes datagrams on to the app, and its answers back, one for each. Where a redirected
// datagram wanted to go cannot be known: SO_ORIGINAL_DST is for TCP and SCTP alone (getorigdst in the kernel's
// net/netfilter/nf_conntrack_proto.c), and the datagram's own address is the new one. The port is the injector's default
// (proxy.udpPort).
//
// An answer has to come from the address that was asked. Hence a socket of the loopback too, where a Pod's own DNS queries come, and
// SO_REUSEADDR, so that it stands beside that of all addresses.
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
