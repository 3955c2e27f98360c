package main

import (
	"context"
	"encoding/json"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/mutating"
	"k8s.io/client-go/informers"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// selection is a webhook configuration, and requests to match against it.
type selection struct {
	Configuration admissionv1.MutatingWebhookConfiguration
	Requests      []podRequest
}

type podRequest struct {
	Namespace corev1.Namespace
	Pod       corev1.Pod
	// Operation is CREATE, UPDATE or DELETE.
	Operation   admission.Operation
	Subresource string
}

// webhooksCalled lists for each request the webhooks that the API server would call.
func webhooksCalled(input []byte) ([][]string, error) {
	var selected selection
	if err := json.Unmarshal(input, &selected); err != nil {
		return nil, err
	}
	interfaces := admission.NewObjectInterfacesFromScheme(legacyscheme.Scheme)
	called := make([][]string, len(selected.Requests))
	for i, request := range selected.Requests {
		plugin, err := newPlugin(request.Namespace)
		if err != nil {
			return nil, err
		}
		called[i] = []string{}
		for j := range selected.Configuration.Webhooks {
			hook := &selected.Configuration.Webhooks[j]
			accessor := webhook.NewMutatingWebhookAccessor(hook.Name, selected.Configuration.Name, hook)
			attributes := request.attributes()
			invocation, status := plugin.ShouldCallHook(context.Background(), accessor, attributes, interfaces, sameVersion{attributes})
			if status != nil {
				return nil, status
			}
			if invocation != nil {
				called[i] = append(called[i], hook.Name)
			}
		}
	}
	return called, nil
}

// newPlugin returns the admission plugin of a cluster with one namespace.
func newPlugin(namespace corev1.Namespace) (*mutating.Plugin, error) {
	plugin, err := mutating.NewMutatingWebhook(nil)
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(nil, 0)
	plugin.SetExternalKubeInformerFactory(factory)
	return plugin, factory.Core().V1().Namespaces().Informer().GetIndexer().Add(&namespace)
}

func (r *podRequest) attributes() admission.Attributes {
	pods := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	kind := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	pod := r.Pod.DeepCopy()
	return admission.NewAttributesRecord(pod, nil, kind, r.Namespace.Name, pod.Name, pods, r.Subresource, r.Operation, nil, false, nil)
}

type sameVersion struct{ attributes admission.Attributes }

func (s sameVersion) VersionedAttribute(kind schema.GroupVersionKind) (*admission.VersionedAttributes, error) {
	return &admission.VersionedAttributes{Attributes: s.attributes, VersionedKind: kind, VersionedObject: admission.NewLazyObject(s.attributes.GetObject())}, nil
}
