/** What an image was built from, and where. */
export interface Build {
  readonly target: string;
  /** The address of the repository, without `.git`. */
  readonly repository: string;
  readonly commit: string;
  /** The time of the files in the image, in seconds since 1970. */
  readonly epoch: number;
  /** The base images, `name:tag@sha256:...`, or `local` if they were stand-ins, which have no address. */
  readonly bases: readonly string[] | 'local';
  /** The environment of the build: GitHub sets its variables in workflows. */
  readonly env: { readonly [name: string]: string | undefined };
}

/** The predicate of an attestation of the type https://slsa.dev/provenance/v1. */
export function provenance({ target, repository, commit, epoch, bases, env }: Build): object {
  const { GITHUB_WORKFLOW_REF, GITHUB_REF, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = env;
  const source = `git+${repository}${GITHUB_REF === undefined ? '' : `@${GITHUB_REF}`}`;
  const images = bases === 'local' ? [] : bases;
  const isWorkflow = GITHUB_WORKFLOW_REF !== undefined;
  return {
    buildDefinition: {
      buildType: `${repository}/blob/main/docs/guides/images.md#verify-the-images`,
      externalParameters: { source, target },
      internalParameters: { sourceDateEpoch: epoch, bases: bases === 'local' ? 'local' : 'published' },
      resolvedDependencies: [{ uri: source, digest: { gitCommit: commit } }, ...images.map(dependency)],
    },
    runDetails: {
      builder: {
        id: isWorkflow
          ? `https://github.com/${GITHUB_WORKFLOW_REF}`
          : `${repository}/blob/main/tools/release/dry.ts`,
      },
      metadata: isWorkflow
        ? { invocationId: `${repository}/actions/runs/${GITHUB_RUN_ID}/attempts/${GITHUB_RUN_ATTEMPT}` }
        : {},
    },
  };
}

/** An image as a package URL: github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md. */
function dependency(image: string): object {
  const [, name = '', tag = '', sha256 = ''] = /^(.*):([^:@]*)@sha256:(.*)$/.exec(image) ?? [];
  const repository = name.includes('/') ? name : `docker.io/library/${name}`; // as Docker reads it
  const uri = `pkg:oci/${name.split('/').pop()}@sha256%3A${sha256}?repository_url=${repository}&tag=${tag}`;
  return { uri, digest: { sha256 } };
}
