import fc from 'fast-check';

// Under CI the cases are the same each time, so that it fails because of a change and not by chance. Every other run tries new ones.
if (process.env.CI === 'true') fc.configureGlobal({ seed: 1 });

export { fc };
