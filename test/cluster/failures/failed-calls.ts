import type { Cluster } from '../cluster.js';
import { RELEASE, WEBHOOKS } from '../release.js';

/** The webhook for Pods of namespaces that opted in. */
const WEBHOOK = WEBHOOKS.namespaces;

/** What becomes of calls that get no answer, as the API server's own metrics count it. */
export type Failures = 'rejection_count' | 'fail_open_count';

/** How many of its calls have got no answer since the API server started. */
export async function failedCalls(cluster: Cluster, which: Failures): Promise<number> {
  const { object: text } = await cluster.api.get('/metrics');
  const lines = (text as string).split('\n').filter((line) => {
    if (!line.startsWith(`apiserver_admission_webhook_${which}{`)) return false;
    return line.includes(`name="${WEBHOOK}"`) && !line.includes('error_type="no_error"');
  });
  return lines.map((line) => Number(line.split(' ').pop())).reduce((sum, count) => sum + count, 0);
}

/** What the API server says of a creation that the webhook would have been asked about, up to the reason. */
export function failedCallMessage(reason: RegExp): RegExp {
  const url = `https://${RELEASE}.${RELEASE}.svc:443/mutate?timeout=5s`;
  const start = `failed calling webhook "${WEBHOOK}": failed to call webhook: `;
  return new RegExp(`${literal(start)}(Post "${literal(url)}": )?${reason.source}`);
}

function literal(text: string): string {
  return text.replace(/[.?"/]/g, '\\$&');
}
