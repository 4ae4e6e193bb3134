import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What runtime.json tells a client about where to knock. */
export interface BankDoors {
  urls: { cases: string };
  tokenUrl: string;
  clients: { clientId: string; clientSecret: string; roles: string[] }[];
}

async function token(doors: BankDoors, role: string): Promise<string> {
  const client = doors.clients.find(({ roles }) => roles.includes(role));
  if (!client) throw new Error(`runtime.json has no client with role ${role}`);
  const response = await fetch(doors.tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (!response.ok) throw new Error(`The identity provider answered ${response.status}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Creates the agreement under which the bank hands over; the same agreement again is no error. */
export async function createAgreement(doors: BankDoors, agreement: { agreementId: string }): Promise<void> {
  const response = await fetch(new URL('/agreements', doors.urls.cases), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token(doors, 'admin')}`,
      'content-type': 'application/json',
      'idempotency-key': `agreement-${createHash('sha256').update(JSON.stringify(agreement)).digest('hex').slice(0, 32)}`,
    },
    body: JSON.stringify(agreement),
  });
  if (!response.ok) throw new Error(`POST /agreements answered ${response.status}: ${await response.text()}`);
}

/** Hands a file to the file door and waits for its report; the answer is one sentence for people. */
export async function importFile(doors: BankDoors, file: string): Promise<string> {
  const body = readFileSync(file);
  const hash = createHash('sha256').update(body).digest('hex');
  const headers = { authorization: `Bearer ${await token(doors, 'admin')}` };
  const type = file.toLowerCase().endsWith('.xlsx')
    ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    : 'text/csv';
  const started = await fetch(new URL('/imports', doors.urls.cases), {
    method: 'POST',
    headers: { ...headers, 'content-type': type, 'idempotency-key': `import-${hash}` },
    body,
  });
  if (!started.ok) throw new Error(`POST /imports answered ${started.status}: ${await started.text()}`);
  const { importId } = (await started.json()) as { importId: string };
  for (;;) {
    const response = await fetch(new URL(`/imports/${importId}`, doors.urls.cases), { headers });
    const report = (await response.json()) as { status: string; rows: number; accepted: number; refused: number };
    if (report.status !== 'running' && report.status !== 'waiting')
      return `Import ${importId} ${report.status}: ${report.accepted} of ${report.rows} rows taken, ${report.refused} refused`;
    await sleep(500);
  }
}
