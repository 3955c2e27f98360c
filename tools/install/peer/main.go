// peer is the program in the Pods of the tests.
//
//	peer pause                                  idles, as the Pod's sandbox container
//	peer app                                    answers on TCP 8080 and 8090 and UDP 8081; its TCP ports also speak HTTP,
//	                                            8443 speaks HTTPS, and 9090 the health checks of gRPC;
//	                                            exits after GET /exit on 8080 and 8090
//	peer proxy [SECONDS]                        forwards redirected TCP from 5054 and UDP from 5053, after that time
//	peer wait HOST:PORT                         waits until something accepts TCP connections there
//	peer ask tcp|udp HOST:PORT [LINE]           sends a line to an app and prints the answer
//	peer job SECONDS                            succeeds after that time
//	peer serve-webhook --cert FILE --key FILE   serves a mutating webhook on 8443 that adds containers
//
// It needs no privileges and writes no files.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

var commands = map[string]func(args []string) error{
	"pause":         exitOnSignal(pause),
	"app":           exitOnSignal(app),
	"proxy":         exitOnSignal(proxy),
	"serve-webhook": exitOnSignal(serveWebhook),
	"ask":           ask,
	"wait":          wait,
	"job":           job,
}

func main() {
	name := ""
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	command, known := commands[name]
	if !known {
		fmt.Fprintf(os.Stderr, "peer: expected pause, app, proxy, ask, wait, job or serve-webhook, got %q\n", name)
		os.Exit(2)
	}
	if err := command(os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "peer %s: %v\n", name, err)
		os.Exit(1)
	}
}

// exitOnSignal makes a command exit with status 0 on SIGTERM and SIGINT. The first process of a container must handle
// them, because the kernel does not deliver signals to it that have no handler (pid_namespaces(7)).
func exitOnSignal(command func(args []string) error) func(args []string) error {
	return func(args []string) error {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
		go func() {
			<-signals
			os.Exit(0)
		}()
		return command(args)
	}
}

// pause waits, and reaps the processes that containers leave behind in a Pod with a shared process namespace.
func pause([]string) error {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	for range ended {
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 && err != syscall.EINTR {
				break
			}
		}
	}
	return nil
}

func job(args []string) error {
	if err := sleep(args); err != nil {
		return err
	}
	fmt.Printf("done after %s s\n", args[0])
	return nil
}

// sleep waits for the time that is the only argument.
func sleep(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("expected SECONDS, got %q", args)
	}
	seconds, err := strconv.ParseFloat(args[0], 64)
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	return nil
}
