/** Thrown by checks of an injector if there is none. */
export class NoInjector extends Error {}
