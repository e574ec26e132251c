import { z } from 'zod';
import { section } from './section.ts';

const subnet = z.string().regex(/^subnet-[0-9A-Za-z-]+$/, {
  error: 'is no subnet id; write an id such as subnet-0a1b2c3d4e5f67890',
});
const securityGroup = z.string().regex(/^sg-[0-9A-Za-z-]+$/, {
  error: 'is no security group id; write an id such as sg-0a1b2c3d4e5f67890',
});

/** The limits of 16 subnets and 5 security groups are those of ECS's AwsVpcConfiguration. */
const places = section({
  subnets: z
    .array(subnet)
    .min(1, { error: 'names no subnet; write at least one' })
    .max(16, { error: 'names too many subnets; write at most 16' })
    .meta({ description: 'Subnets that the tasks run in.', examples: [['subnet-0a1b2c3d4e5f67890']] }),
  securityGroups: z
    .array(securityGroup)
    .max(5, { error: 'names too many security groups; write at most 5' })
    .default([])
    .meta({ description: "Security groups of the tasks; none means the VPC's default one." }),
  assignPublicIp: z
    .boolean()
    .default(false)
    .meta({ description: 'Give tasks a public address: needed in a public subnet without a NAT gateway.' }),
});

const stack = z
  .string()
  .regex(/^stack$/, { error: "is no network; write { subnets: […] }, or `stack` for the stack's parameters" })
  .meta({
    description: "`stack`: what the stack's parameters subnets and securityGroups say, such as values from SSM.",
  });

export const network = z.union([places, stack]);
