import type { Tx } from '@arrears/persistence';

export type CommandName = 'hold' | 'lift' | 'recall' | 'answer-review' | 'wake';
export interface CommandRow {
  command_id: string;
  command_key: string;
  case_id: string;
  agreement_id: string;
  name: CommandName;
  status: 'accepted' | 'applied' | 'refused';
  detail: string | null;
  result: Record<string, unknown>;
  given_at: Date;
  applied_at: Date | null;
}

export const commandStore = {
  async insert(
    tx: Tx,
    of: {
      commandId: string;
      key: string;
      caseId: string;
      name: CommandName;
      actor: string;
      caseSeq: number;
      status: 'accepted' | 'refused';
      detail: string | null;
      result: object;
      at: string;
    },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO commands (command_id, command_key, case_id, name, actor, case_seq, status, detail, result, given_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        of.commandId,
        of.key,
        of.caseId,
        of.name,
        of.actor,
        of.caseSeq,
        of.status,
        of.detail,
        JSON.stringify(of.result),
        of.at,
      ],
    );
  },

  async find(tx: Tx, actor: string, key: string): Promise<CommandRow | null> {
    const [row] = await tx.query<CommandRow>(
      `SELECT m.command_id, m.command_key, m.case_id, c.agreement_id, m.name, m.status, m.detail, m.result, m.given_at,
              m.applied_at
         FROM commands m
         JOIN cases c ON c.case_id = m.case_id
        WHERE m.actor = $1 AND m.command_key = $2`,
      [actor, key],
    );
    return row ?? null;
  },
};

/** How a command is shown, at once and later by its key. */
export function commandView(
  row: Pick<
    CommandRow,
    'command_id' | 'command_key' | 'case_id' | 'name' | 'status' | 'detail' | 'result' | 'given_at' | 'applied_at'
  >,
) {
  return {
    key: row.command_key,
    commandId: row.command_id,
    caseId: row.case_id,
    name: row.name,
    status: row.status,
    detail: row.detail,
    result: row.result,
    givenAt: row.given_at.toISOString(),
    appliedAt: row.applied_at?.toISOString() ?? null,
  };
}
