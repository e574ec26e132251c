/**
 * Sends to a dead-letter queue by its ARN what could not be delivered; `attributes` become string message attributes.
 * EventBridge, Scheduler and Lambda all do this.
 */
export type DeadLetter = (queueArn: string, body: string, attributes: Readonly<Record<string, string>>) => void;
