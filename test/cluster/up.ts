import { Cluster, OPTED_IN } from './cluster.js';
import { VALUES } from './values.js';

/** `npm run cluster`: a cluster with the chart installed, as long as this process lasts: the cluster ends with it. */
const started = Date.now();
console.log('starting a cluster');
const cluster = await Cluster.start();
await cluster.install(VALUES);
await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...OPTED_IN } }]);
console.log(`
There is a Kubernetes of one node with cert-manager and the chart (${((Date.now() - started) / 1000).toFixed(0)} s). Ctrl-C ends it and leaves nothing. In another terminal:

  export KUBECONFIG=${cluster.kubeconfig} PATH=$PWD/.tools/bin:$PATH
  kubectl get pods --all-namespaces
  kubectl --namespace shop run web --image localhost/peer:1 -- app
  kubectl --namespace shop get pod web --output yaml
  kubectl --namespace shop logs web --all-containers
  kubectl --namespace proxy-injector logs deployment/proxy-injector
  helm --namespace proxy-injector test proxy-injector --logs
  npm test -- cluster

Images that its Pods can have: proxy-injector/injector:0.1.0, proxy-injector/proxy-init:0.1.0, localhost/peer:1. The logs of its parts:
${cluster.local?.sandbox.path('logs')}`);
