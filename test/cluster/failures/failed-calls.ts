import type { Cluster } from '../cluster.js';
import { RELEASE, WEBHOOKS } from '../release.js';

/** The webhook for Pods in namespaces that opted in. */
const WEBHOOK = WEBHOOKS.namespaces;

/** The API server's metrics of failed calls: creations that it rejected, and those that it admitted anyway. */
export type Failures = 'rejection_count' | 'fail_open_count';

/** The number of the webhook's failed calls since the API server started. */
export async function failedCalls(cluster: Cluster, which: Failures): Promise<number> {
  const { object: text } = await cluster.api.get('/metrics');
  const lines = (text as string).split('\n').filter((line) => {
    if (!line.startsWith(`apiserver_admission_webhook_${which}{`)) return false;
    return line.includes(`name="${WEBHOOK}"`) && !line.includes('error_type="no_error"');
  });
  return lines.map((line) => Number(line.split(' ').pop())).reduce((sum, count) => sum + count, 0);
}

/**
 * The API server's message for a creation that is rejected because it cannot call the webhook, ending with the reason.
 */
export function failedCallMessage(reason: RegExp): RegExp {
  const url = `https://${RELEASE}.${RELEASE}.svc:443/mutate?timeout=5s`;
  const start = `failed calling webhook "${WEBHOOK}": failed to call webhook: `;
  return new RegExp(`${literal(start)}(Post "${literal(url)}": )?${reason.source}`);
}

function literal(text: string): string {
  return text.replace(/[.?"/]/g, '\\$&');
}
