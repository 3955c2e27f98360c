/** There is no injector that could be checked. */
export class NoInjector extends Error {}
