import { createRequire } from 'node:module';
import type * as ClassValidator from 'class-validator';

type Part<Name extends keyof typeof ClassValidator> = Pick<typeof ClassValidator, Name>;

const require = createRequire(import.meta.url);
const DECORATORS = 'class-validator/cjs/decorator/common';

/**
 * The parts of class-validator that are used. Its entry point loads 320 modules, among them a library of phone numbers, which
 * takes longer than all else that a command of the command line does.
 */
export const { IsOptional }: Part<'IsOptional'> = require(`${DECORATORS}/IsOptional.js`);
export const { ValidateBy }: Part<'ValidateBy'> = require(`${DECORATORS}/ValidateBy.js`);
export const { ValidateNested }: Part<'ValidateNested'> = require(`${DECORATORS}/ValidateNested.js`);
export const { Validator }: Part<'Validator'> = require('class-validator/cjs/validation/Validator.js');
