import type { ChannelConfig } from '../../config/config.ts';
import type { Message } from '../message.ts';
import type { Http } from './http.ts';

/** What a channel answered when it took a message, if it can change it later. */
export type Handle = Readonly<Record<string, string>>;

/** How a sending went. `why` names the channel's answer, never its address: an address may be a credential. */
export type Sent =
  | { kind: 'sent'; handle?: Handle }
  /**
   * `limited`: it was sent too much, whatever the message (429); `afterMs`: not before, where it says so. With a
   * handle: the message itself stands, the rest of it (a thread) failed.
   */
  | { kind: 'retry'; why: string; limited?: true; afterMs?: number; handle?: Handle }
  /**
   * Final. `channel`: it takes nothing any more (404, 410, a revoked token); `message`: it does not take this one.
   * `gone`: of a channel, its address is no more, so that it is asked less and less.
   */
  | { kind: 'refused'; why: string; scope: 'channel' | 'message'; gone?: true; handle?: Handle };

export interface Rendered {
  message: Message;
  /** In the channel's own terms; empty but for news of severity error. */
  mentions: readonly string[];
  /** The id of the record that it is about. */
  record?: string;
}

export interface Post<Config extends ChannelConfig> extends Rendered {
  channel: Config;
  /** The same at every attempt to tell the same news. */
  id: string;
  /** Where an earlier message about the same record stands; absent for the first. */
  handle?: Handle;
  /** Only corrects what stands there: nobody is to be called by it. */
  quiet?: true;
}

/** What channels reach the world through. */
export interface ChannelPorts {
  http: Http;
  /** The value behind `ssm:/name`, kept for 5 minutes; anything else is itself. @throws Error naming the parameter */
  secretOf(reference: string): Promise<string>;
  /** SNS Publish; `message` is JSON text, a text for each protocol (`MessageStructure: json`). @throws AwsCallFailed */
  publish(input: { topic: string; subject: string; message: string }): Promise<void>;
  /** PutEvents on a bus by its ARN, which may be another account's or region's. @throws AwsCallFailed, also where only the entry failed */
  putEvent(input: { bus: string; detailType: string; detail: string; at: number }): Promise<void>;
  now(): number;
  /** Between two messages of one `send`; absent: no pause. */
  sleep?(ms: number): Promise<void>;
  /** Slack's Web API, where it is not https://slack.com/api: tests and the local system. */
  slackApi?: string;
  /** PagerDuty's Events API, where it is not the one of the channel's region: tests. */
  pagerDutyUrl?: string;
}

/**
 * One type of channel. To add one: a file here with this, a line in channels.ts, its configuration in
 * shared/config/config.ts and its schema in shared/config/schema/channel.ts.
 */
export interface Channel<Config extends ChannelConfig> {
  /** The least time between two requests to one address, by the receiver's documented limit. */
  paceMs: number;
  /** Later news about the same record changes the first message: what is only progress is told too. */
  updatesInPlace: boolean;
  /** What was told stands there: it is corrected, and closed, also by news that no route asks for. Such a channel gives a handle. */
  standing: boolean;
  /** It keeps troubles open until they are resolved: what opens one calls people, what resolves it calls nobody. */
  incidents: boolean;
  /** Pure: the payload, within the receiver's documented limits whatever the message holds, nothing in it markup or a mention. */
  render(rendered: Rendered, channel: Config): unknown;
  /** Never throws for what the receiver answers. @throws what `secretOf`, `publish` and `putEvent` throw */
  send(post: Post<Config>, ports: ChannelPorts): Promise<Sent>;
}
