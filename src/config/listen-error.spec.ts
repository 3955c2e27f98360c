import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { portTaken } from './listen-error.js';
import { Configuration } from './schema/configuration.js';

function taken(port: number, code = 'EADDRINUSE'): Error {
  return Object.assign(new Error(`listen ${code}: 0.0.0.0:${port}`), { code, port });
}

function configuration(webhook: number, management: number): Configuration {
  return Object.assign(new Configuration(), { webhook: { port: webhook }, management: { port: management } });
}

describe(portTaken.name, () => {
  it('names the setting of the webhook', () => {
    assert.equal(
      portTaken(taken(9443), configuration(9443, 8080)),
      'listen EADDRINUSE: 0.0.0.0:9443\nwebhook.port: expected a free port, got 9443; change webhook.port (INJECTOR_WEBHOOK_PORT)',
    );
  });

  it('names the setting of the management listener', () => {
    assert.match(
      portTaken(taken(8080), configuration(9443, 8080)) ?? '',
      /management\.port: expected a free port, got 8080; change management\.port \(INJECTOR_MANAGEMENT_PORT\)$/,
    );
  });

  it('names both if they are the same', () => {
    assert.match(
      portTaken(taken(9443), configuration(9443, 9443)) ?? '',
      /change webhook\.port \(INJECTOR_WEBHOOK_PORT\) or management\.port \(INJECTOR_MANAGEMENT_PORT\)$/,
    );
  });

  it('is undefined for other ports and errors', () => {
    assert.equal(portTaken(taken(1), configuration(9443, 8080)), undefined);
    assert.equal(portTaken(taken(9443, 'EACCES'), configuration(9443, 8080)), undefined);
  });
});
