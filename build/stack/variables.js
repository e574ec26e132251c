// osls reads hooks from .js files only; each export is a `${file(build/stack/variables.js):NAME}` of serverless.yml.
export {
  configuration,
  deadLetterQueues,
  deadLetterQueueUrls,
  deletionProtection,
  executionPolicies,
  logRetentionInDays,
  ownCluster,
  roles,
  toolboxRepository,
} from './variables.ts';
