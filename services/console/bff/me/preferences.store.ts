import type { Tx } from '@arrears/persistence';

export interface Preferences {
  language: 'zh' | 'en';
  theme: 'system' | 'light' | 'dark';
  keys: boolean;
}
export const usual: Preferences = { language: 'zh', theme: 'system', keys: true };

export const preferencesStore = {
  async find(tx: Tx, sub: string): Promise<Preferences> {
    const [row] = await tx.query<Preferences>('SELECT language, theme, keys FROM preferences WHERE sub = $1', [sub]);
    return row ?? usual;
  },

  async save(tx: Tx, sub: string, { language, theme, keys }: Preferences, at: Date): Promise<void> {
    await tx.execute(
      `INSERT INTO preferences (sub, language, theme, keys, changed_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (sub) DO UPDATE
          SET language = excluded.language, theme = excluded.theme, keys = excluded.keys, changed_at = excluded.changed_at`,
      [sub, language, theme, keys, at],
    );
  },
};
