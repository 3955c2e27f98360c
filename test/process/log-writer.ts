// Writes to the log until SIGTERM, then closes it as the service does. Reports the number of dropped lines on stderr.
// Arguments: the format, the text of the lines, and after how many lines to wait for the signal.
import { setImmediate } from 'node:timers/promises';
import { openLog } from '../../src/observability/log/logger.js';

const [format = 'json', text = '', count = 'Infinity'] = process.argv.slice(2);
let dropped = 0;
const log = await openLog({ level: 'info', format: format as 'json' }, (lines) => {
  if (dropped === 0) process.stderr.write('dropping\n');
  dropped += lines;
});
let running = true;
process.on('SIGTERM', () => {
  running = false;
});
const waiting = setInterval(() => {}, 1000);
process.stderr.write('ready\n');
for (let line = 0; running; line += 1) {
  if (line < Number(count)) log.logger.info({ line }, text);
  if (line % 50 === 0) await setImmediate();
}
clearInterval(waiting);
await log.close();
process.stderr.write(`dropped ${dropped}\n`);
process.exit(0);
