/**
 * The parts of class-validator that the configuration uses. The package's entry point loads 320 modules, including a
 * phone number library, which takes longer than everything else in a CLI command.
 */
export { IsOptional } from 'class-validator/cjs/decorator/common/IsOptional.js';
export { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
export { ValidateNested } from 'class-validator/cjs/decorator/common/ValidateNested.js';
export { Validator } from 'class-validator/cjs/validation/Validator.js';
