/**
 * The parts of class-validator that are used. Its entry point loads 320 modules, among them a library of phone numbers, which
 * takes longer than all else that a command of the command line does.
 */
export { IsOptional } from 'class-validator/cjs/decorator/common/IsOptional.js';
export { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
export { ValidateNested } from 'class-validator/cjs/decorator/common/ValidateNested.js';
export { Validator } from 'class-validator/cjs/validation/Validator.js';
