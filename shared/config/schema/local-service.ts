import { z } from 'zod';
import { ecsName, environmentVariable } from './common.ts';
import { section } from './section.ts';

const seconds = (from: number, to: number, description: string) =>
  z
    .int()
    .min(from, { error: `is too short; write ${from} to ${to} seconds` })
    .max(to, { error: `is too long; write ${from} to ${to} seconds` })
    .optional()
    .meta({ description });

/** As ECS's HealthCheck, but a second is enough on one machine, where ECS wants 5 for interval and 2 for timeout. */
const healthCheck = section({
  command: z
    .array(z.string())
    .min(2, { error: 'is too short; write ["CMD", program, argument] or ["CMD-SHELL", line]' })
    .refine(([kind]) => kind === 'CMD' || kind === 'CMD-SHELL', { error: 'must begin with CMD or CMD-SHELL' })
    .meta({ description: 'Healthy where it exits 0.', examples: [['CMD', 'curl', '-f', 'http://localhost/health']] }),
  interval: seconds(1, 300, 'Seconds between two checks; ECS: 30.'),
  timeout: seconds(1, 120, 'Seconds until a check counts as failed; ECS: 5.'),
  retries: z
    .int()
    .min(1, { error: 'must be 1 to 10' })
    .max(10, { error: 'must be 1 to 10' })
    .optional()
    .meta({ description: 'Failures until the task is unhealthy; ECS: 3.' }),
  startPeriod: seconds(0, 300, 'Seconds at the start in which failures do not count.'),
});

/** A target group as elbv2 has it, with an interval that suits one machine. */
const loadBalancer = section({
  healthPath: z
    .string()
    .regex(/^\//, { error: 'must begin with /' })
    .optional()
    .meta({ description: 'Healthy where GET answers one of `codes`; without it, where the port can be connected to.' }),
  codes: z
    .string()
    .regex(/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/, { error: 'must be codes and ranges like 200,204 or 200-299' })
    .optional()
    .meta({ description: 'HTTP codes that mean healthy; ELB: 200.', examples: ['200-299'] }),
  interval: seconds(1, 300, 'Seconds between two checks; ELB: 30.').default(5),
  timeout: seconds(1, 120, 'Seconds until a check counts as failed, at most `interval`; ELB: 5 for HTTP, 10 for TCP.'),
  retries: z
    .int()
    .min(2, { error: 'must be 2 to 10' })
    .max(10, { error: 'must be 2 to 10' })
    .optional()
    .meta({ description: 'Failures until ECS stops the task as unhealthy; ELB: 2.' }),
  gracePeriod: seconds(
    0,
    2_147_483_647,
    'Seconds after its start in which an unhealthy task is left alone; ECS: 0.',
  ).default(0),
});

const percent = (from: number, to: number) =>
  z
    .int()
    .min(from, { error: `must be ${from} to ${to} percent` })
    .max(to, { error: `must be ${from} to ${to} percent` });

export const localService = section({
  image: z.string().meta({ description: 'Repository and tag, one of `images`.', examples: ['shop/api:1.0.0'] }),
  desiredCount: z
    .int()
    .min(0, { error: 'must be 0 or more' })
    .max(20, { error: 'is more than one machine should run; write at most 20' })
    .default(1)
    .meta({ description: 'How many tasks run.' }),
  cluster: ecsName
    .optional()
    .meta({ description: "The cluster's name; default: the one in batuta.yml.", examples: ['demo'] }),
  container: ecsName
    .optional()
    .meta({ description: "The container's name; default: the service's.", examples: ['api'] }),
  port: z
    .int()
    .min(1, { error: 'must be 1 to 65535' })
    .max(65535, { error: 'must be 1 to 65535' })
    .optional()
    .meta({ description: "The container port; default: the image manifest's.", examples: [8080] }),
  cpu: z.int().default(256).meta({ description: 'CPU units of the task.' }),
  memory: z.int().default(512).meta({ description: 'MiB of the task.' }),
  environment: z
    .record(environmentVariable, z.string())
    .default({})
    .meta({ description: 'Environment variables of the container.' }),
  healthCheck: healthCheck
    .optional()
    .meta({ description: "Default: the image manifest's.", examples: [{ command: ['CMD', 'true'] }] }),
  loadBalancer: loadBalancer.optional().meta({
    description: "Puts the tasks' port behind a load balancer, whose health check then counts in rollouts.",
    examples: [{ healthPath: '/health' }],
  }),
  minimumHealthyPercent: percent(0, 100).default(100).meta({ description: 'As in ECS.' }),
  maximumPercent: percent(100, 200).default(200).meta({ description: 'As in ECS.' }),
  circuitBreaker: z
    .union([
      z.boolean(),
      section({ rollback: z.boolean().default(false).meta({ description: 'Go back when it breaks.' }) }),
    ])
    .default(false)
    .meta({ description: 'The deployment circuit breaker of ECS: true, false or `{ rollback: true }`.' }),
});
