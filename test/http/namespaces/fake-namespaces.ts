export type Annotations = Readonly<Record<string, string>>;

/** Namespaces at one resource version. */
export interface Snapshot {
  readonly version: number;
  readonly items: readonly object[];
}

interface Change {
  readonly version: number;
  readonly line: string;
}

/** The fake API server's etcd: namespaces, and the changes that led to them. */
export class FakeNamespaces {
  /** Counts every change, as etcd does. */
  version = 1;
  /** Changes up to this version are gone. */
  forgotten = 0;

  readonly #objects = new Map<string, object>();
  #changes: Change[] = [];

  get(name: string): object | undefined {
    return this.#objects.get(name);
  }

  set(name: string, annotations: Annotations): void {
    const type = this.#objects.has(name) ? 'MODIFIED' : 'ADDED';
    const object = namespaceObject(name, ++this.version, annotations);
    this.#objects.set(name, object);
    this.#changed(type, object);
  }

  delete(name: string): void {
    this.#objects.delete(name);
    this.#changed('DELETED', namespaceObject(name, ++this.version, {}));
  }

  snapshot(): Snapshot {
    return { version: this.version, items: [...this.#objects.values()] };
  }

  /** The watch events after a version, one per line. */
  changesSince(version: number): string {
    return this.#changes
      .filter((change) => change.version > version)
      .map(({ line }) => line)
      .join('');
  }

  forget(): void {
    this.#changes = [];
    this.forgotten = this.version;
  }

  #changed(type: string, object: object): void {
    this.#changes.push({ version: this.version, line: eventLine(type, object) });
  }
}

/** One watch event. */
export function eventLine(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function namespaceObject(name: string, version: number, annotations: Annotations): object {
  const metadata = {
    name,
    uid: `uid-of-${name}`,
    resourceVersion: String(version),
    labels: { 'kubernetes.io/metadata.name': name },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
