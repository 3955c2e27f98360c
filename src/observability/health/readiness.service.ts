import { Injectable } from '@nestjs/common';

/** Why something is not ready, or undefined if it is. */
export type ReadinessCheck = () => string | undefined;

/** What has to hold for `/readyz` to say yes; every part that has a say adds its check. */
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
