import { DEFAULT_GRACE_PERIOD, SHELL, SLEEP, SLEEPS_FIRST } from '../../core/pod/pre-stop.js';
import { SHUTDOWN_SECONDS } from '../../core/settings/drain.js';
import { bind, matches } from '../cel/expressions.js';
import type { Variable } from '../program.js';
import { appliedOverride } from './overrides.js';

/**
 * - `wantedDrain`: how many seconds the proxy sleeps before it stops
 * - `drain`: the same, limited by the grace period
 */
export const DRAIN_VARIABLES: readonly Variable[] = [
  {
    name: 'gracePeriod',
    expression: `int(variables.pod.spec.?terminationGracePeriodSeconds.orValue(${DEFAULT_GRACE_PERIOD}))`,
  },
  { name: 'longestPreStop', expression: longestPreStop() },
  { name: 'wantedDrain', expression: wantedDrain() },
  {
    name: 'drain',
    expression: `[variables.wantedDrain, [0, variables.gracePeriod - ${SHUTDOWN_SECONDS}].max()].min()`,
  },
];

function longestPreStop(): string {
  return `([0] + (variables.containers + variables.sidecars).map(c, ${preStopSeconds('c')})).max()`;
}

function preStopSeconds(container: string): string {
  const hook = `${container}.?lifecycle.?preStop`;
  const command = `${hook}.?exec.?command.orValue([])`;
  return `(!${hook}.hasValue() ? 0 : ${hook}.?sleep.?seconds.hasValue() ? int(${hook}.sleep.seconds.value()) : ${bind('m', command, commandSeconds('m'))})`;
}

/** See `commandSeconds` in `core/pod/pre-stop.ts`. */
function commandSeconds(command: string): string {
  const [program, argument, script] = [0, 1, 2].map((index) => `${command}[${index}]`) as [
    string,
    string,
    string,
  ];
  const ofSleep = `${argument}.matches("^[0-9]{1,5}s?$") ? int(${argument}.replace("s", "")) : 0`;
  const isScript = `${command}.size() > 2 && ${matches(program, SHELL)} && ${argument} == "-c" && ${matches(script, SLEEPS_FIRST)}`;
  return (
    `${command}.size() < 2 ? 0 : ${matches(program, SLEEP)} ? (${ofSleep}) : ` +
    `${isScript} ? int(${script}.find("[0-9]{1,5}")) : 0`
  );
}

function wantedDrain(): string {
  const seconds = `string(${appliedOverride('drain-seconds')}.orValue(variables.config.proxy.drainSeconds))`;
  const hasPreStop = 'variables.config.proxy.container.?lifecycle.?preStop.hasValue()';
  const wanted =
    'd == "auto" ? variables.longestPreStop : int(d) == 0 ? 0 : [int(d), variables.longestPreStop].max()';
  return `variables.mode == "native" || ${hasPreStop} ? 0 : ${bind('d', seconds, wanted)}`;
}
