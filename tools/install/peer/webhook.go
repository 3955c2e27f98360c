package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"net/http"
)

// What the webhook adds.
const addedLabel = "second-webhook"

var addedContainer = map[string]any{
	"name": "second", "image": "localhost/peer:1", "imagePullPolicy": "IfNotPresent", "args": []string{"pause"},
}

// review is what the webhook uses of an AdmissionReview (kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers).
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

// serveWebhook adds a container and a label to Pods that do not have the container, and prints a line for each call.
func serveWebhook(args []string) error {
	flags := flag.NewFlagSet("serve-webhook", flag.ContinueOnError)
	cert := flags.String("cert", "", "the `file` with the certificate")
	key := flags.String("key", "", "the `file` with its key")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return http.ListenAndServeTLS(":8443", *cert, *key, http.HandlerFunc(mutate))
}

func mutate(writer http.ResponseWriter, got *http.Request) {
	var asked review
	if err := json.NewDecoder(got.Body).Decode(&asked); err != nil || asked.Request == nil {
		http.Error(writer, "expected an AdmissionReview with a request", http.StatusBadRequest)
		return
	}
	answer := response{UID: asked.Request.UID, Allowed: true}
	operations := patchOf(asked.Request.Object)
	if len(operations) > 0 {
		answer.PatchType = "JSONPatch"
		answer.Patch, _ = json.Marshal(operations) // of strings alone
	}
	metadata := asked.Request.Object.Metadata
	fmt.Printf("webhook %s/%s%s: %d operations\n", asked.Request.Namespace, metadata.Name, metadata.GenerateName, len(operations))
	if err := json.NewEncoder(writer).Encode(review{APIVersion: asked.APIVersion, Kind: asked.Kind, Response: &answer}); err != nil {
		log.Print(err)
	}
}

// patchOf is the JSON Patch for a Pod, empty if the container is there.
func patchOf(pod pod) []operation {
	for _, container := range pod.Spec.Containers {
		if container.Name == addedContainer["name"] {
			return nil
		}
	}
	labels := map[string]string{addedLabel: "called"}
	maps.Copy(labels, pod.Metadata.Labels)
	return []operation{
		{"add", "/metadata/labels", labels},
		{"add", "/spec/containers/-", addedContainer},
	}
}
