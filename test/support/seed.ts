import fc from 'fast-check';

// The same inputs each time, so that a red run means a change; FAST_CHECK_SEED=N npm test looks elsewhere.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_120) });
