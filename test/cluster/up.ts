import { Cluster, OPTED_IN } from './cluster.js';
import { VALUES } from './values.js';

/** `npm run cluster`: runs a cluster with the chart installed until this process ends. */
const started = Date.now();
console.log('starting a cluster');
const cluster = await Cluster.start();
await cluster.install(VALUES);
await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...OPTED_IN } }]);
console.log(`
A single-node cluster with cert-manager and the chart is ready (${((Date.now() - started) / 1000).toFixed(0)} s). Ctrl-C removes it. In another terminal:

  export KUBECONFIG=${cluster.kubeconfig} PATH=$PWD/.tools/bin:$PATH
  kubectl get pods --all-namespaces
  kubectl --namespace shop run web --image localhost/peer:1 -- app
  kubectl --namespace shop get pod web --output yaml
  kubectl --namespace shop logs web --all-containers
  kubectl --namespace proxy-injector logs --prefix --tail=-1 --selector app.kubernetes.io/name=proxy-injector
  helm --namespace proxy-injector test proxy-injector --logs
  npm run test:cluster

Images for its Pods: proxy-injector/injector:0.2.0, proxy-injector/proxy-init:0.2.0, proxy-injector/agent:0.2.0,
localhost/peer:1, and those of the preset envoy
Logs: ${cluster.local?.sandbox.path('logs')}`);
