import { Injectable } from '@nestjs/common';

/** Returns why a part is not ready, or undefined if it is. */
export type ReadinessCheck = () => string | undefined;

/** The checks behind `/readyz`. Each part of the service adds its own. */
@Injectable()
export class ReadinessService {
  readonly #checks = new Map<string, ReadinessCheck>();

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  get checks(): ReadonlyMap<string, ReadinessCheck> {
    return this.#checks;
  }
}
