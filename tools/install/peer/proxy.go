package main

import (
	"errors"
	"log"
	"syscall"
)

// proxy forwards what is redirected to it, and prints a line for each connection and datagram. With an argument, it
// listens only after that time, as a proxy does that takes long to start.
func proxy(args []string) error {
	if len(args) > 0 {
		if err := sleep(args); err != nil {
			return err
		}
	}
	ended := make(chan error)
	for _, family := range []struct{ suffix, any, loopback string }{
		{"4", "0.0.0.0", "127.0.0.1"},
		{"6", "[::]", "[::1]"},
	} {
		listeners := []func() error{
			func() error { return proxyTCP("tcp"+family.suffix, family.any) },
			func() error { return proxyUDP("udp"+family.suffix, family.any) },
			func() error { return proxyUDP("udp"+family.suffix, family.loopback) },
		}
		for _, listen := range listeners {
			go func() {
				err := listen()
				if isAbsent(err) {
					log.Print(err)
					return
				}
				ended <- err
			}()
		}
	}
	return <-ended
}

// isAbsent reports whether the error means that the Pod has no address of a family, which is not a failure.
func isAbsent(err error) bool {
	return errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.EADDRNOTAVAIL)
}
