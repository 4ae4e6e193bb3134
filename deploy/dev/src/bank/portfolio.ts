import { parse } from 'csv-parse/sync';

/** Six months of one real card account, oldest month first. Amounts in whole units of TWD as in the file. */
export interface CardAccount {
  id: string;
  months: readonly { status: number; statement: number; paid: number }[];
}

const monthsInFile = 6;

/** True for a file with the columns of the card data set, as opposed to the columns of our own file door. */
export function isCardFile(text: string): boolean {
  return /^\W*ID,X1,X2,/.test(text);
}

/** Reads the card data set. The file has the newest month first; we turn it. Throws a RangeError naming the bad line. */
export function readCardAccounts(text: string): CardAccount[] {
  const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, skip_empty_lines: true });
  return rows.map((row, index) => {
    const number = (column: number) => {
      const value = Number(row[`X${column}`]);
      if (!Number.isInteger(value)) throw new RangeError(`Line ${index + 2}, column X${column}: not a whole number`);
      return value;
    };
    const months = Array.from({ length: monthsInFile }, (_, month) => ({
      status: number(11 - month),
      statement: number(17 - month),
      paid: number(23 - month),
    }));
    return { id: row['ID'] ?? String(index + 1), months };
  });
}

/** One run of months in which an account was behind, beginning with a miss. */
export interface Arrears {
  account: CardAccount;
  /** Index of the first month that was missed. */
  from: number;
  /** How many months it went on; the payment falls in the last of them when `cured`. */
  months: number;
  cured: boolean;
}

/** The first time an account missed a payment in its six months, or undefined when it never did. */
export function firstArrears(account: CardAccount): Arrears | undefined {
  const from = account.months.findIndex(({ status }) => status > 0);
  if (from < 0) return undefined;
  const paidIn = account.months.findIndex(({ status }, month) => month > from && status <= 0);
  const end = paidIn < 0 ? account.months.length : paidIn;
  return { account, from, months: end - from, cured: paidIn >= 0 };
}
