import { type ChildProcess, spawn } from 'node:child_process';
import type { Ruleset } from '../../core/redirect/ruleset.js';

/** More than any tool prints about a failure that has one cause. */
const MAX_OUTPUT_CHARACTERS = 2000;

/** A run of the program that applies rules. */
export interface Run {
  /** Resolves to the last line of what it printed. Rejects if it fails, or is killed because it took too long. */
  readonly result: Promise<string>;
  /** Resolves once none of its processes is left. */
  readonly ended: Promise<void>;
}

/**
 * Runs `program`, the runner of the init container, in the network namespace at a path. It gets the rules as in the
 * init container. After `timeoutMs`, the program and what it started are killed.
 */
export function runInNetns(program: string, path: string, rules: Ruleset, timeoutMs: number): Run {
  const child = spawn('nsenter', [`--net=${path}`, program], {
    detached: true, // a process group of its own, to kill with everything in it
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PROXY_INIT_RULES_NFT: rules.nft,
      PROXY_INIT_RULES_IPV4: rules.iptables,
      PROXY_INIT_RULES_IPV6: rules.ip6tables,
      // Kubernetes shows this message of a container. That of the agent is not about one Pod.
      PROXY_INIT_MESSAGE_FILE: '/dev/null',
    },
  });
  const output = outputOf(child);
  const ended = new Promise<void>((resolve) => {
    child.on('close', resolve);
    child.on('error', () => resolve());
  });
  const result = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`expected the rules to be applied within ${Math.round(timeoutMs)} ms, got no result`));
      kill(child);
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`nsenter: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(output());
      else reject(new Error(output() || `${program}: ended with ${signal ?? `exit status ${code}`}`));
    });
  });
  return { result, ended };
}

/** Collects what a process prints, up to a limit. */
function outputOf({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(0, MAX_OUTPUT_CHARACTERS);
    });
  }
  return () => text.trim().replace(/\s*\n\s*/g, '; ');
}

function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
