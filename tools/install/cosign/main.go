// cosign, which signs images and verifies signatures, with keys in files and with identities of workflows. Its own
// program also has the key services of clouds, which take minutes to compile.
package main

import (
	"fmt"
	"os"

	"github.com/sigstore/cosign/v3/cmd/cosign/cli"
)

func main() {
	if err := cli.New().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
