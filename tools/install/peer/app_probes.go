package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net/http"
	"time"
)

// statusOf returns 200 for /healthz, otherwise 404.
func statusOf(request *http.Request) int {
	if request.URL.Path == "/healthz" {
		return http.StatusOK
	}
	return http.StatusNotFound
}

// logRequest prints the host that the client asked for: with an alias port, it is not the port of the app.
func logRequest(request *http.Request) {
	fmt.Printf("http %s %s%s\n", request.Method, request.Host, request.URL.Path)
}

// appHTTPS answers like the TCP ports, with a certificate that nobody can verify. The kubelet does not try to.
func appHTTPS(port string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(1, 0, 0)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	server := http.Server{
		Addr: ":" + port,
		Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			logRequest(request)
			writer.WriteHeader(statusOf(request))
		}),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}},
	}
	return server.ListenAndServeTLS("", "")
}

// serving is a HealthCheckResponse with the status SERVING, in the frame of an uncompressed message
// (github.com/grpc/grpc, doc/health-checking.md and doc/PROTOCOL-HTTP2.md).
var serving = []byte{0, 0, 0, 0, 2, 0x08, 0x01}

// appGRPC answers every call as a health check. Its HTTP/2 is unencrypted, without an upgrade from HTTP/1.1.
func appGRPC(port string) error {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server := http.Server{
		Addr: ":" + port,
		Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			logRequest(request)
			writer.Header().Set("Content-Type", "application/grpc")
			writer.Header().Set("Trailer", "Grpc-Status")
			writer.Write(serving)
			writer.Header().Set("Grpc-Status", "0")
		}),
		Protocols: protocols,
	}
	return server.ListenAndServe()
}
