import type { ScanStatus } from '@aws-sdk/client-ecr';
import type { Severity } from '../../service.ts';

/** Amazon Inspector's word for a severity that nobody rated yet is UNTRIAGED. */
export type Counts = Partial<Record<Severity | 'UNTRIAGED', number>>;

/** The last scan of an image. */
export interface ScanRecord {
  kind: 'basic' | 'enhanced';
  status: ScanStatus;
  description?: string;
  startedMs: number;
  /** Once it succeeded. */
  completedAt?: Date;
  counts: Counts;
}
