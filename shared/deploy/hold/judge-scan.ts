import type { ImageScan } from '../../aws/image-scan.ts';
import type { ScanSeverity } from '../../config/config.ts';

/** Worst first. What nobody rated (UNDEFINED, UNTRIAGED) and what is merely said (INFORMATIONAL) refuses nothing. */
const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

const mostNames = 5;

/** What speaks against the image: `2 CRITICAL, 1 HIGH (CVE-2026-1, CVE-2026-2, CVE-2026-3)`; undefined where nothing does. */
export function findingsAgainst(
  { counts, findings }: Extract<ImageScan, { kind: 'scanned' }>,
  limit: ScanSeverity,
): string | undefined {
  const refused = severities.slice(0, severities.indexOf(limit) + 1).filter((severity) => (counts[severity] ?? 0) > 0);
  if (refused.length === 0) return undefined;
  const total = refused.reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);
  const names = refused.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity).map(({ name }) => name),
  );
  const shown = [...new Set(names)].slice(0, mostNames);
  const rest = total > shown.length ? [`${total - shown.length} more`] : [];
  const named = shown.length > 0 ? ` (${[...shown, ...rest].join(', ')})` : '';
  return `${refused.map((severity) => `${counts[severity]} ${severity}`).join(', ')}${named}`;
}
