import type { Config, TargetConfig } from '../config/config.ts';

/** All that images are deployed to; their names are told apart by the configuration's checks. */
export const targetsOf = ({
  services,
  scheduledTasks,
}: Pick<Config, 'services' | 'scheduledTasks'>): TargetConfig[] => [
  ...Object.values(services),
  ...Object.values(scheduledTasks),
];
