/** `npm run update`: rewrites the golden files. */
import './unit/golden/update.js';
import './cli/manifests/update.js';
