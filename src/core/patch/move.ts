import { pointer } from '../values/pointer.js';
import type { PatchOperation } from './patch.js';
import type { RemovalOperation } from './removal.js';

/** Any operation that the core returns. */
export type Operation = PatchOperation | RemovalOperation | MoveOperation;

/** A JSON Patch operation (RFC 6902) that moves an entry of a list, with everything in it. */
export interface MoveOperation {
  readonly op: 'move';
  readonly from: string;
  readonly path: string;
}

/** The operation that moves an init container to the end. It names no field, so it cannot change or lose any. */
export function moveToEnd(index: number): MoveOperation {
  return { op: 'move', from: pointer(['spec', 'initContainers', index]), path: '/spec/initContainers/-' };
}
