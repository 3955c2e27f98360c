package main

import (
	"encoding/binary"
	"net"
	"net/netip"
	"syscall"
)

// SO_ORIGINAL_DST of linux/netfilter_ipv4.h; IP6T_SO_ORIGINAL_DST of linux/netfilter_ipv6/ip6_tables.h is the same.
const originalDst = 80

// originalDestination returns the address that the client of an accepted connection dialed, and whether it was
// redirected from there.
func originalDestination(client *net.TCPConn) (dialed netip.AddrPort, redirected bool) {
	local := client.LocalAddr().(*net.TCPAddr).AddrPort()
	local = netip.AddrPortFrom(local.Addr().Unmap().WithZone(""), local.Port())
	socket, err := client.SyscallConn()
	if err != nil {
		return local, false
	}
	err = onDescriptor(socket, func(descriptor int) (err error) {
		if local.Addr().Is4() {
			dialed, err = originalDestination4(descriptor)
		} else {
			dialed, err = originalDestination6(descriptor)
		}
		return err
	})
	// The call fails without connection tracking, that is, if there are no rules.
	return dialed, err == nil && dialed != local
}

// originalDestination4 reads a sockaddr_in (ip(7)): family, port, address. IPv6Mreq serves as a buffer.
func originalDestination4(descriptor int) (netip.AddrPort, error) {
	read, err := syscall.GetsockoptIPv6Mreq(descriptor, syscall.SOL_IP, originalDst)
	if err != nil {
		return netip.AddrPort{}, err
	}
	socketAddress := read.Multiaddr
	port := binary.BigEndian.Uint16(socketAddress[2:4])
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(socketAddress[4:8])), port), nil
}

// originalDestination6 reads a sockaddr_in6 (ipv6(7)), which is the first field of IPv6MTUInfo.
func originalDestination6(descriptor int) (netip.AddrPort, error) {
	read, err := syscall.GetsockoptIPv6MTUInfo(descriptor, syscall.SOL_IPV6, originalDst)
	if err != nil {
		return netip.AddrPort{}, err
	}
	port := binary.BigEndian.Uint16(binary.NativeEndian.AppendUint16(nil, read.Addr.Port))
	return netip.AddrPortFrom(netip.AddrFrom16(read.Addr.Addr), port), nil
}

// onDescriptor calls a function with the file descriptor of a socket.
func onDescriptor(socket syscall.RawConn, call func(descriptor int) error) error {
	var failed error
	err := socket.Control(func(descriptor uintptr) { failed = call(int(descriptor)) })
	if err != nil {
		return err
	}
	return failed
}
