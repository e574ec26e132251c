import { teamsErrors } from '../../../local/channels/teams-limits.ts';
import type { TeamsPayload } from '../../../shared/notify/channels/teams-card.ts';
import { type Answer, startReceiver } from './receiver.ts';

/** A Workflows webhook: 202 for whatever has the form of a message; what Teams would not show is in `lost`. */
export async function startTeams() {
  const cards: TeamsPayload[] = [];
  const lost: string[] = [];
  const next: Answer[] = [];
  const { origin, asked } = await startReceiver(({ body }) => {
    const scripted = next.shift();
    if (scripted) return scripted;
    const payload = JSON.parse(body) as TeamsPayload;
    const errors = teamsErrors(payload);
    if (errors.length > 0) lost.push(...errors);
    else cards.push(payload);
    return { status: 202 };
  });
  return { url: `${origin}/workflows/x/triggers/manual/paths/invoke?sig=secret`, asked, cards, lost, next };
}
