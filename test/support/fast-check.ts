import fc from 'fast-check';

// A fixed seed under CI, so that a failure is due to a change and not to chance. Other runs try new cases.
if (process.env.CI === 'true') fc.configureGlobal({ seed: 1 });

export { fc };
