// peer is what runs in the Pods of the tests.
//
//	peer pause                                        nothing, as the container that holds a Pod together
//	peer app                                          answers on TCP 8080 and 8090 and UDP 8081, HTTP on 8080 too
//	peer proxy                                        a proxy for redirected TCP on 5054 and redirected UDP on 5053
//	peer ask tcp|udp HOST:PORT [LINE]                 asks an app, and prints its answer
//	peer job SECONDS                                  ends well after that long
//	peer serve-webhook --cert FILE --key FILE         a mutating webhook on 8443, which adds a container
//
// It needs no privileges and writes no file.
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
	"pause":         endsWhenTold(pause),
	"app":           endsWhenTold(app),
	"proxy":         endsWhenTold(proxy),
	"serve-webhook": endsWhenTold(serveWebhook),
	"ask":           ask,
	"job":           job,
}

func main() {
	name := ""
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	command, known := commands[name]
	if !known {
		fmt.Fprintf(os.Stderr, "peer: expected pause, app, proxy, ask, job or serve-webhook, got %q\n", name)
		os.Exit(2)
	}
	if err := command(os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "peer %s: %v\n", name, err)
		os.Exit(1)
	}
}

// endsWhenTold ends a command with 0 at SIGTERM and SIGINT. The first process of a container has to see to this itself, as the kernel
// lets it have no signal that it does not handle (pid_namespaces(7)).
func endsWhenTold(command func(args []string) error) func(args []string) error {
	return func(args []string) error {
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM, syscall.SIGINT)
		go func() {
			<-told
			os.Exit(0)
		}()
		return command(args)
	}
}

// pause waits, and reaps the processes that the containers of its Pod leave behind if they share their processes.
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
	if len(args) != 1 {
		return fmt.Errorf("expected SECONDS, got %q", args)
	}
	seconds, err := strconv.ParseFloat(args[0], 64)
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	fmt.Printf("done after %s s\n", args[0])
	return nil
}
