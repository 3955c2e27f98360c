package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/apiserver/pkg/util/feature"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/client-go/discovery"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/openapi"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// policyTrial is a set of admission policies and their bindings, and requests to try them with.
type policyTrial struct {
	Policies []json.RawMessage
	Requests []objectRequest
}

type objectRequest struct {
	Namespace corev1.Namespace
	Object    json.RawMessage
	// OldObject makes the request an update.
	OldObject json.RawMessage
}

// policyAnswer is what the policies make of a request.
type policyAnswer struct {
	// Object is the object after the mutating policies, with the API server's defaults.
	Object runtime.Object `json:"object,omitempty"`
	// Error is the message of the denial.
	Error    string   `json:"error,omitempty"`
	Warnings []string `json:"warnings"`
}

// tryPolicies runs requests through the admission plugins for policies, first the mutating and then the validating.
func tryPolicies(input []byte) ([]policyAnswer, error) {
	var trial policyTrial
	if err := json.Unmarshal(input, &trial); err != nil {
		return nil, err
	}
	policies := make([]runtime.Object, len(trial.Policies))
	for i, text := range trial.Policies {
		policy, err := decodePolicy(text)
		if err != nil {
			return nil, err
		}
		policies[i] = policy
	}
	chain, err := newPolicyChain(policies)
	if err != nil {
		return nil, err
	}
	defer close(chain.stop)
	answers := make([]policyAnswer, len(trial.Requests))
	for i, request := range trial.Requests {
		if answers[i], err = chain.answer(request); err != nil {
			return nil, fmt.Errorf("request %d: %w", i, err)
		}
	}
	return answers, nil
}

// decodePolicy reads a policy or a binding.
func decodePolicy(text []byte) (runtime.Object, error) {
	policy, _, err := legacyscheme.Codecs.UniversalDecoder(admissionv1.SchemeGroupVersion).Decode(text, nil, nil)
	return policy, err
}

// policyChain is the two plugins of a cluster with one namespace at a time.
type policyChain struct {
	mutating   *mutating.Plugin
	validating *validating.Plugin
	informers  informers.SharedInformerFactory
	stop       chan struct{}
}

func newPolicyChain(policies []runtime.Object) (*policyChain, error) {
	mutator, err := mutating.NewPlugin(nil)
	if err != nil {
		return nil, err
	}
	validator, err := validating.NewPlugin(nil)
	if err != nil {
		return nil, err
	}
	schemas := &noSchemas{fetched: make(chan struct{})}
	client := clientWithSchemas{fake.NewClientset(policies...), schemas}
	chain := &policyChain{mutator, validator, informers.NewSharedInformerFactory(client, 0), make(chan struct{})}
	plugins := initializer.New(client, dynamicfake.NewSimpleDynamicClient(legacyscheme.Scheme), chain.informers,
		authorizerfactory.NewAlwaysAllowAuthorizer(), feature.DefaultFeatureGate, compatibility.DefaultBuildEffectiveVersion(), chain.stop, meta.NewDefaultRESTMapper(nil))
	for _, plugin := range []admission.Interface{mutator, validator} {
		plugins.Initialize(plugin)
		if err := plugin.(admission.InitializationValidator).ValidateInitialization(); err != nil {
			return nil, err
		}
	}
	chain.informers.Start(chain.stop)
	chain.informers.WaitForCacheSync(chain.stop)
	<-schemas.fetched
	if !isReady(mutator.WaitForReady) || !isReady(validator.WaitForReady) {
		return nil, fmt.Errorf("the admission plugins did not become ready")
	}
	return chain, nil
}

// isReady waits for a plugin, which gives up after 10 seconds. On a busy machine, it takes longer to compile policies.
func isReady(wait func() bool) bool {
	for range 12 {
		if wait() {
			return true
		}
	}
	return false
}

func (c *policyChain) answer(request objectRequest) (policyAnswer, error) {
	if err := c.informers.Core().V1().Namespaces().Informer().GetIndexer().Update(&request.Namespace); err != nil {
		return policyAnswer{}, err
	}
	attributes, kind, err := request.attributes()
	if err != nil {
		return policyAnswer{}, err
	}
	interfaces := admission.NewObjectInterfacesFromScheme(legacyscheme.Scheme)
	recorder := &warningList{texts: []string{}}
	ctx := warning.WithWarningRecorder(context.Background(), recorder)
	refused := c.admit(ctx, attributes, interfaces)
	if refused == nil {
		refused = c.validating.Validate(ctx, attributes, interfaces)
	}
	if refused != nil {
		return policyAnswer{Error: refused.Error(), Warnings: recorder.texts}, nil
	}
	object, err := legacyscheme.Scheme.ConvertToVersion(attributes.GetObject(), kind.GroupVersion())
	return policyAnswer{Object: object, Warnings: recorder.texts}, err
}

// admit invokes the mutating policies, and again if one of them changed the object, as the API server does.
func (c *policyChain) admit(ctx context.Context, attributes admission.Attributes, interfaces admission.ObjectInterfaces) error {
	if err := c.mutating.Admit(ctx, attributes, interfaces); err != nil || !attributes.GetReinvocationContext().ShouldReinvoke() {
		return err
	}
	attributes.GetReinvocationContext().SetIsReinvoke()
	return c.mutating.Admit(ctx, attributes, interfaces)
}

func (r *objectRequest) attributes() (admission.Attributes, *schema.GroupVersionKind, error) {
	object, kind, err := legacyscheme.Codecs.UniversalDecoder().Decode(r.Object, nil, nil)
	if err != nil {
		return nil, nil, err
	}
	var old runtime.Object
	operation := admission.Create
	if r.OldObject != nil {
		operation = admission.Update
		if old, _, err = legacyscheme.Codecs.UniversalDecoder().Decode(r.OldObject, nil, nil); err != nil {
			return nil, nil, err
		}
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, nil, err
	}
	accessor.SetNamespace(r.Namespace.Name)
	resource, _ := meta.UnsafeGuessKindToResource(*kind)
	return admission.NewAttributesRecord(object, old, *kind, r.Namespace.Name, accessor.GetName(), resource, "", operation, nil, false, nil), kind, nil
}

type warningList struct{ texts []string }

// AddWarning implements warning.Recorder.
func (l *warningList) AddWarning(_, text string) { l.texts = append(l.texts, text) }

// clientWithSchemas adds to the fake client what the plugin asks of it and only apply configurations need: schemas.
type clientWithSchemas struct {
	*fake.Clientset
	schemas openapi.Client
}

func (c clientWithSchemas) Discovery() discovery.DiscoveryInterfaces {
	return discoveryWithSchemas{c.Clientset.Discovery(), c.schemas}
}

type discoveryWithSchemas struct {
	discovery.DiscoveryInterfaces
	schemas openapi.Client
}

func (d discoveryWithSchemas) OpenAPIV3() openapi.Client { return d.schemas }

// noSchemas names every version that a request can have, each with an empty schema.
type noSchemas struct {
	fetched chan struct{}
	once    sync.Once
}

func (n *noSchemas) Paths() (map[string]openapi.GroupVersion, error) {
	// The caller stores the answer just after this returns.
	n.once.Do(func() { time.AfterFunc(100*time.Millisecond, func() { close(n.fetched) }) })
	return map[string]openapi.GroupVersion{"api/v1": emptySchema{}, "apis/apps/v1": emptySchema{}, "apis/batch/v1": emptySchema{}}, nil
}

type emptySchema struct{}

func (emptySchema) Schema(string) ([]byte, error) {
	return []byte(`{"components":{"schemas":{}}}`), nil
}
func (emptySchema) ServerRelativeURL() string { return "/" }
