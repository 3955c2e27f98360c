// kube-check runs objects through the API server's own code, without a cluster.
//
//	kube-check validate CRDS...     reads objects; prints the errors and warnings of each
//	kube-check webhooks             reads a webhook configuration and requests; prints the webhooks called for each
//	kube-check pod-security LEVEL   reads Pods; prints for each what the Pod Security level forbids
//	kube-check policies             reads admission policies and requests; prints the object, denial and warnings of each
//	kube-check compile VERSION      reads admission policies; prints the errors of each on Kubernetes of the version
//	kube-check quantities           reads pairs of quantities; prints how each compares: -1, 0, 1, or null if invalid
//
// It reads JSON from stdin and prints JSON to stdout.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	input, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	var answer any
	switch {
	case command == "validate":
		answer, err = validate(input, args[1:])
	case command == "webhooks":
		answer, err = webhooksCalled(input)
	case command == "policies":
		answer, err = tryPolicies(input)
	case command == "compile" && len(args) == 2:
		answer, err = compilePolicies(input, args[1])
	case command == "pod-security" && len(args) == 2:
		answer, err = podSecurity(input, args[1])
	case command == "quantities":
		answer, err = compareQuantities(input)
	default:
		err = fmt.Errorf("expected validate CRDS..., webhooks, policies, compile VERSION, pod-security LEVEL or quantities, got %q", args)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(answer)
}
