import { checkLink } from '../../core/values/documentation.js';
import { ClusterError } from '../cluster-error.js';
import type { Check, Problem } from './check.js';
import type { Installation } from './installation.js';
import { NoInjector } from './no-injector.js';

/** The result of a check. Printed by `-o json`, so its keys are a public interface. */
export interface Result {
  readonly check: string;
  /** `skipped`: there is no injector that it could check. */
  readonly status: 'ok' | 'skipped' | Problem['severity'];
  readonly title: string;
  readonly detail?: string;
  readonly problems: readonly Problem[];
  /** The page that explains it. */
  readonly link: string;
}

/** Runs checks one after the other. */
export async function* runChecks(
  checks: readonly Check[],
  installation: Installation,
): AsyncGenerator<Result, void, undefined> {
  const unread = new Set<string>();
  for (const check of checks) {
    const { id, title } = check;
    const { problems, detail, isSkipped } = await findings(check, installation, unread);
    const status = isSkipped ? 'skipped' : worst(problems);
    yield { check: id, status, title, ...(detail && { detail }), problems, link: checkLink(id) };
  }
}

/** `unread`: what could not be read before, which is not repeated. */
async function findings(check: Check, installation: Installation, unread: Set<string>) {
  try {
    return { detail: undefined, isSkipped: false, ...(await check.run(installation)) };
  } catch (error) {
    if (error instanceof NoInjector) return { problems: [], detail: undefined, isSkipped: true };
    if (!(error instanceof ClusterError)) throw error;
    const message = unread.has(error.message) ? 'for the same reason' : error.message;
    unread.add(error.message);
    const problem: Problem = { severity: 'unknown', message };
    return { problems: [problem], detail: undefined, isSkipped: false };
  }
}

const SEVERITIES = ['failed', 'warning', 'unknown'] as const;

function worst(problems: readonly Problem[]): Result['status'] {
  return SEVERITIES.find((each) => problems.some(({ severity }) => severity === each)) ?? 'ok';
}
