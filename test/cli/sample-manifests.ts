/** A handwritten Deployment. */
export function deployment(name: string, { annotations = '', containers = '' } = {}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  template:
    metadata:${annotations === '' ? '\n      labels: {app: shop}' : `\n      annotations: {${annotations}}`}
    spec:
      containers: ${containers === '' ? '\n        - name: app # serves\n          image: "app:1"' : containers}
`;
}

export const OPTED_OUT = { annotations: 'proxy-injection: disabled' };

export const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:   {name: web}   # as it is\n';

export function namespace(name: string, annotations: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, annotations: {${annotations}}}\n`;
}
