import type { Clock } from '../../clock.ts';
import type { Engine } from '../service.ts';
import { decideHealth } from './health.ts';
import { type ElbState, loadBalancersOf, type TargetGroupRecord, type TargetRecord } from './state.ts';

/** How long the compressed steps of the local load balancers take, in milliseconds. */
export interface ElbTiming {
  /** From a target's registration to its first check, where the interval is not shorter. */
  firstCheck: number;
  /** The longest draining, whatever deregistration_delay.timeout_seconds says (300 by default). */
  longestDrain: number;
}

export const DEFAULT_TIMING: ElbTiming = { firstCheck: 300, longestDrain: 500 };

export interface CheckerPorts {
  state: ElbState;
  clock: Clock;
  probe: Engine['probe'];
  timing: ElbTiming;
}

/** What a group's checks ask for; everything but HTTP and HTTPS is a connection. */
function pathOf({ group }: TargetGroupRecord): string | undefined {
  return group.HealthCheckProtocol?.startsWith('HTTP') ? (group.HealthCheckPath ?? '/') : undefined;
}

/** Checks a target at its group's interval until `cancel`; groups that no load balancer uses are not checked. */
export function watchTarget(record: TargetGroupRecord, target: TargetRecord, ports: CheckerPorts): void {
  const { state, clock, probe, timing } = ports;
  const { group } = record;
  let over = false;
  const after = (delayMs: number) => {
    const cancelTimer = clock.setTimer(delayMs, () => void round());
    target.cancel = () => {
      over = true;
      cancelTimer();
    };
  };
  const check = async () => {
    const { HealthCheckPort: port = 'traffic-port' } = group;
    const result = await probe({
      port: port === 'traffic-port' ? target.port : target.checkPort(Number(port)),
      path: pathOf(record),
      timeoutMs: group.HealthCheckTimeoutSeconds * 1000,
    });
    if (over) return;
    target.health = decideHealth(target.health, result, {
      healthy: group.HealthyThresholdCount,
      unhealthy: group.UnhealthyThresholdCount,
      matcher: group.Matcher?.HttpCode ?? '200',
    });
    target.checked(target.health);
  };
  async function round() {
    const begun = clock.now();
    if (loadBalancersOf(state, group.TargetGroupArn).length > 0) await check();
    if (!over) after(Math.max(0, begun + group.HealthCheckIntervalSeconds * 1000 - clock.now()));
  }
  after(Math.min(timing.firstCheck, group.HealthCheckIntervalSeconds * 1000));
}
