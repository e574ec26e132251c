import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { newsKinds } from '../shared/notify/news-kind.ts';
import { type SlackPicture, slackPage, slackSheet } from './pictures/slack.ts';
import { type TeamsPicture, teamsPage } from './pictures/teams.ts';

// `npm run pictures`: draws docs/pictures/*.png from what the golden files say is sent. Needs Chromium and fonts with
// emoji (Debian: chromium, fonts-liberation, fonts-noto-color-emoji). What is drawn is our own idea of what Slack and
// Teams make of it.

const golden = (name: string): unknown => JSON.parse(readFileSync(`test/shared/notify/golden/${name}.json`, 'utf8'));

/** Every kind of these families, each as Slack shows it. */
function sheet(families: readonly string[]): string {
  const kinds = newsKinds.filter((kind) => families.some((family) => kind.startsWith(`${family}-`)));
  return slackSheet(kinds.map((kind) => golden(`slack/${kind}`) as SlackPicture));
}

const pictures = [
  { file: 'slack', width: 720, height: 660, page: slackPage(golden('slack/deployment-failed') as SlackPicture) },
  { file: 'teams', width: 720, height: 500, page: teamsPage(golden('teams/run-failed') as TeamsPicture) },
  { file: 'deployments', scale: 1, width: 1180, height: 1290, page: sheet(['deployment']) },
  { file: 'runs', scale: 1, width: 1180, height: 1540, page: sheet(['run']) },
  { file: 'services', scale: 1, width: 1180, height: 1000, page: sheet(['service']) },
  { file: 'batuta', scale: 1, width: 1180, height: 850, page: sheet(['batuta', 'digest']) },
];

const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const alone = ['--disable-background-networking', '--disable-component-update', '--hide-scrollbars'];

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
mkdirSync('docs/pictures', { recursive: true });
try {
  for (const { file, width, height, page, scale = 1.5 } of pictures) {
    const html = join(folder, `${file}.html`);
    writeFileSync(html, page);
    const to = resolve(`docs/pictures/${file}.png`);
    const size = [`--window-size=${width},${height}`, `--force-device-scale-factor=${scale}`];
    const profile = `--user-data-dir=${join(folder, 'profile')}`;
    const options = [...quiet, ...alone, ...size, profile, `--screenshot=${to}`];
    execFileSync('chromium', [...options, `file://${html}`], { stdio: 'pipe' });
    process.stdout.write(`${to}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
