import { checkArgs } from './checks/args.ts';
import { checkBeforeAndAfter } from './checks/before-after.ts';
import { checkCapacity } from './checks/capacity.ts';
import { checkChains } from './checks/chains.ts';
import { checkChannels } from './checks/channels.ts';
import type { Check } from './checks/check.ts';
import { checkExpectations } from './checks/expectations.ts';
import { checkHolds } from './checks/holds.ts';
import { checkImages } from './checks/images.ts';
import { checkJobs } from './checks/jobs.ts';
import { checkLimits } from './checks/limits.ts';
import { checkParamsOfJobs } from './checks/params.ts';
import { checkPlaces } from './checks/places.ts';
import { checkPromotions } from './checks/promotions.ts';
import { checkRetries } from './checks/retries.ts';
import { checkRoutes } from './checks/routes.ts';
import { checkScheduledTasks } from './checks/scheduled-tasks.ts';
import { checkSchedules } from './checks/schedules.ts';
import { checkServices } from './checks/services.ts';
import { checkSizes } from './checks/sizes.ts';

const CHECKS = [
  ...[checkPlaces, checkServices, checkScheduledTasks, checkImages, checkHolds, checkBeforeAndAfter, checkPromotions],
  ...[checkJobs, checkCapacity, checkSizes, checkLimits, checkRetries, checkParamsOfJobs, checkArgs, checkSchedules],
  ...[checkExpectations, checkChains, checkChannels, checkRoutes],
];

/** What needs two places at once to judge. Runs also while other parts have a wrong shape. */
export const runChecks: Check = (input) => CHECKS.flatMap((check) => check(input));
