/** What the user can put right: shown without a stack, and the process ends with 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
