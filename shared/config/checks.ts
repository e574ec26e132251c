import type { Check } from './checks/check.ts';
import { checkJobs } from './checks/jobs.ts';
import { checkParamsOfJobs } from './checks/params.ts';
import { checkPlaces } from './checks/places.ts';
import { checkRoutes } from './checks/routes.ts';
import { checkSchedules } from './checks/schedules.ts';
import { checkServices } from './checks/services.ts';

const CHECKS = [checkPlaces, checkServices, checkJobs, checkParamsOfJobs, checkSchedules, checkRoutes];

/** What needs two places at once to judge. Runs also while other parts have a wrong shape. */
export const runChecks: Check = (input) => CHECKS.flatMap((check) => check(input));
