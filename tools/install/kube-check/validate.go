package main

import (
	"context"
	"encoding/json"
	"strings"

	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/util/feature"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingwebhookconfiguration"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
)

var strategies = map[string]rest.RESTCreateStrategy{
	"ClusterRole":                  clusterrole.Strategy,
	"ClusterRoleBinding":           clusterrolebinding.Strategy,
	"ConfigMap":                    configmap.Strategy,
	"DaemonSet":                    daemonset.Strategy,
	"Deployment":                   deployment.Strategy,
	"HorizontalPodAutoscaler":      horizontalpodautoscaler.Strategy,
	"Job":                          job.Strategy,
	"MutatingWebhookConfiguration": mutatingwebhookconfiguration.Strategy,
	"NetworkPolicy":                networkpolicy.Strategy,
	"Pod":                          pod.Strategy,
	"PodDisruptionBudget":          poddisruptionbudget.Strategy,
	"Role":                         role.Strategy,
	"RoleBinding":                  rolebinding.Strategy,
	"Secret":                       secret.Strategy,
	"Service":                      service.Strategy,
	"ServiceAccount":               serviceaccount.Strategy,
	// Without parameters, they authorize nothing and look nothing up.
	"MutatingAdmissionPolicy":          mutatingadmissionpolicy.NewStrategy(nil, nil),
	"MutatingAdmissionPolicyBinding":   mutatingadmissionpolicybinding.NewStrategy(nil, nil, nil),
	"ValidatingAdmissionPolicy":        validatingadmissionpolicy.NewStrategy(nil, nil),
	"ValidatingAdmissionPolicyBinding": validatingadmissionpolicybinding.NewStrategy(nil, nil, nil),
}

// validate runs the steps of a creation before the API server stores the object, and lists the errors and warnings of
// each.
func validate(input []byte, crdFiles []string) ([][]string, error) {
	// As with --allow-privileged=true, which clusters commonly use.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	// Off by default, the field would be dropped before it is validated.
	if err := feature.DefaultMutableFeatureGate.Set("ContainerStopSignals=true"); err != nil {
		return nil, err
	}
	crds, err := readDefinitions(crdFiles)
	if err != nil {
		return nil, err
	}
	var objects []json.RawMessage
	if err := json.Unmarshal(input, &objects); err != nil {
		return nil, err
	}
	problems := make([][]string, len(objects))
	for i, object := range objects {
		if problems[i], err = create(object, crds); err != nil {
			return nil, err
		}
	}
	return problems, nil
}

func create(text []byte, crds definitions) ([]string, error) {
	generic := &unstructured.Unstructured{}
	if err := generic.UnmarshalJSON(text); err != nil {
		return []string{err.Error()}, nil
	}
	if crd, ok := crds[generic.GroupVersionKind()]; ok {
		return crd.violations(generic)
	}
	strategy, ok := strategies[generic.GetKind()]
	if !ok {
		return []string{"unknown kind " + generic.GroupVersionKind().String()}, nil
	}
	return createBuiltIn(text, generic.GroupVersionKind(), strategy), nil
}

func createBuiltIn(text []byte, kind schema.GroupVersionKind, strategy rest.RESTCreateStrategy) []string {
	codecs := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)
	object, _, err := codecs.UniversalDecoder().Decode(text, nil, nil)
	if err != nil && object == nil {
		return []string{err.Error()}
	}
	problems := &problemList{}
	if err != nil {
		problems.add(err)
	}
	if err := rest.BeforeCreate(strategy, requestContext(object, kind, problems), prepared(object)); err != nil {
		problems.add(err)
	}
	return problems.texts
}

// requestContext returns the context of a request that creates the object in its API version.
func requestContext(object runtime.Object, kind schema.GroupVersionKind, problems *problemList) context.Context {
	accessor, _ := meta.Accessor(object)
	plural, _ := meta.UnsafeGuessKindToResource(kind)
	ctx := warning.WithWarningRecorder(context.Background(), problems)
	ctx = request.WithNamespace(ctx, accessor.GetNamespace())
	return request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true,
		Verb:              "create",
		APIGroup:          kind.Group,
		APIVersion:        kind.Version,
		Resource:          plural.Resource,
		Namespace:         accessor.GetNamespace(),
	})
}

// prepared sets the fields that the API server fills in before validation.
func prepared(object runtime.Object) runtime.Object {
	accessor, _ := meta.Accessor(object)
	rest.FillObjectMetaSystemFields(accessor)
	if accessor.GetName() == "" {
		accessor.SetName(strings.TrimSuffix(accessor.GetGenerateName(), "-") + "-x")
	}
	if service, ok := object.(*core.Service); ok && service.Spec.ClusterIP != "" {
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
	}
	return object
}

type problemList struct{ texts []string }

func (p *problemList) add(err error) {
	if status, ok := err.(errors.APIStatus); ok && status.Status().Details != nil {
		for _, cause := range status.Status().Details.Causes {
			p.texts = append(p.texts, cause.Field+": "+cause.Message)
		}
		return
	}
	p.texts = append(p.texts, err.Error())
}

// AddWarning implements warning.Recorder.
func (p *problemList) AddWarning(_, text string) { p.texts = append(p.texts, "warning: "+text) }
