import type { ForeignProxy } from '../../core/settings/settings.js';

/**
 * The meshes that redirect a Pod's traffic to a proxy of their own. Each is recognized by what it adds: the proxy, the
 * init container that sets up or checks its redirect, and an annotation, which also marks Pods that a CNI plugin
 * redirects. Images are not compared: registries and mirrors change them, and nothing changes the names.
 *
 * Annotations and labels that only ask for a mesh count too. The API server does not promise an order of webhooks: if
 * the injector comes first, the request is all there is to see, and the other webhook adds its proxy afterwards.
 *
 * Dapr, the Vault agent, and log collectors are not listed: they redirect nothing, so they work next to the proxy.
 */
export const FOREIGN_PROXIES: readonly ForeignProxy[] = [
  // istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml (containers), and
  // applyMetadata and injectRequired in pkg/kube/inject (only `true` asks, as a label or an annotation).
  {
    name: 'Istio',
    containers: ['istio-proxy', 'istio-init', 'istio-validation'],
    metadata: ['sidecar.istio.io/status', 'sidecar.istio.io/inject=true'],
  },
  // linkerd/linkerd2: pkg/k8s/labels.go, and charts/partials/templates/_network-validator.tpl.
  {
    name: 'Linkerd',
    containers: ['linkerd-proxy', 'linkerd-init', 'linkerd-network-validator'],
    metadata: ['linkerd.io/proxy-version', 'linkerd.io/inject=enabled', 'linkerd.io/inject=ingress'],
  },
  // kumahq/kuma: pkg/plugins/runtime/k8s/util/names.go and metadata/annotations.go, and webhooks/injector/precheck.go
  // (the label that asks). Kong Mesh is built on Kuma and uses the same names.
  {
    name: 'Kuma',
    containers: ['kuma-sidecar', 'kuma-init', 'kuma-validation'],
    metadata: [
      'kuma.io/sidecar-injected=true',
      'kuma.io/sidecar-injection=enabled',
      'kuma.io/sidecar-injection=true',
    ],
  },
  // hashicorp/consul-k8s: control-plane/connect-inject/webhook/consul_dataplane_sidecar.go and container_init.go (with
  // several ports, the names of the services are appended), and constants/annotations_and_labels.go.
  {
    name: 'Consul',
    containers: ['consul-dataplane*', 'consul-connect-inject-init*'],
    metadata: [
      'consul.hashicorp.com/connect-inject-status=injected',
      'consul.hashicorp.com/connect-inject=true',
    ],
  },
];

/** A container name with an optional trailing `*`: kubernetes.io/docs/concepts/overview/working-with-objects/names. */
export const CONTAINER_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}\*?$/;

/** The key of an annotation or a label, optionally followed by `=` and a value. */
export const METADATA_PATTERN =
  /^(?:[a-z0-9][a-z0-9.-]{0,252}\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?(?:=.*)?$/;
