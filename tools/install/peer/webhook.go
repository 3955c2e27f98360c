package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"net/http"
)

// What the webhook adds to a Pod.
const addedLabel = "second-webhook"

var addedContainer = map[string]any{
	"name": "second", "image": "localhost/peer:1", "imagePullPolicy": "IfNotPresent", "args": []string{"pause"},
}

// addedInitContainer needs the network: it fails unless the API server answers, if only that it expected TLS.
var addedInitContainer = map[string]any{
	"name": "second-setup", "image": "localhost/peer:1", "imagePullPolicy": "IfNotPresent",
	"args": []string{"ask", "tcp", "$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)", "GET / HTTP/1.0"},
}

// review has the fields of an AdmissionReview that the webhook uses
// (kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers).
type review struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Request    *request  `json:"request,omitempty"`
	Response   *response `json:"response,omitempty"`
}

type request struct {
	UID       string `json:"uid"`
	Namespace string `json:"namespace"`
	Object    pod    `json:"object"`
}

type pod struct {
	Metadata struct {
		Name         string            `json:"name"`
		GenerateName string            `json:"generateName"`
		Labels       map[string]string `json:"labels"`
	} `json:"metadata"`
	Spec struct {
		Containers []struct {
			Name string `json:"name"`
		} `json:"containers"`
		InitContainers []struct{} `json:"initContainers"`
	} `json:"spec"`
}

type response struct {
	UID       string `json:"uid"`
	Allowed   bool   `json:"allowed"`
	PatchType string `json:"patchType,omitempty"`
	Patch     []byte `json:"patch,omitempty"`
}

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// serveWebhook serves a webhook that adds a container, an init container, and a label to Pods without that container.
// It prints a line per call.
func serveWebhook(args []string) error {
	flags := flag.NewFlagSet("serve-webhook", flag.ContinueOnError)
	cert := flags.String("cert", "", "`file` of the certificate")
	key := flags.String("key", "", "`file` of its key")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return http.ListenAndServeTLS(":8443", *cert, *key, http.HandlerFunc(mutate))
}

func mutate(writer http.ResponseWriter, call *http.Request) {
	var incoming review
	if err := json.NewDecoder(call.Body).Decode(&incoming); err != nil || incoming.Request == nil {
		http.Error(writer, "expected an AdmissionReview with a request", http.StatusBadRequest)
		return
	}
	answer := response{UID: incoming.Request.UID, Allowed: true}
	operations := patchOf(incoming.Request.Object)
	if len(operations) > 0 {
		answer.PatchType = "JSONPatch"
		answer.Patch, _ = json.Marshal(operations) // cannot fail: only strings
	}
	metadata := incoming.Request.Object.Metadata
	fmt.Printf("webhook %s/%s%s: %d operations\n", incoming.Request.Namespace, metadata.Name, metadata.GenerateName, len(operations))
	if err := json.NewEncoder(writer).Encode(review{APIVersion: incoming.APIVersion, Kind: incoming.Kind, Response: &answer}); err != nil {
		log.Print(err)
	}
}

// patchOf returns the JSON Patch for a Pod, empty if the Pod has the container.
func patchOf(pod pod) []operation {
	for _, container := range pod.Spec.Containers {
		if container.Name == addedContainer["name"] {
			return nil
		}
	}
	initContainers := operation{"add", "/spec/initContainers/-", addedInitContainer}
	if pod.Spec.InitContainers == nil {
		initContainers = operation{"add", "/spec/initContainers", []any{addedInitContainer}}
	}
	labels := map[string]string{addedLabel: "called"}
	maps.Copy(labels, pod.Metadata.Labels)
	return []operation{
		{"add", "/metadata/labels", labels},
		{"add", "/spec/containers/-", addedContainer},
		initContainers,
	}
}
